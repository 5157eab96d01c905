"""results.comparing.comparables.comparable_sessions: what a session can be compared with."""

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from results.comparing.comparables import Comparable, comparable_sessions
from results.models import Session
from results.selectors import get_session
from tests.results.conftest import make_dataset
from tests.results.pairs import drawn, make_pair, make_stream, said

pytestmark = pytest.mark.django_db


def _stream(like: Session, *, frames: int = 20, offset: int = 0, stored: int = 10) -> Session:
    session = make_stream("other-cnn", frames=frames, offset=offset, dataset=like.dataset)
    if stored:
        said(session, drawn(stored, 1))
    return session


def _of(found: tuple[Comparable, ...]) -> list[Session]:
    return [one.session for one in found]


def test_those_that_belong_together_come_first() -> None:
    original, again = make_pair([1] * 20, [2] * 20)
    unrelated = _stream(original)
    twin = _stream(original)
    twin.repeats = original
    twin.save()
    found = comparable_sessions(again)
    assert _of(found.linked) == [twin, original]
    assert [one.link for one in found.linked] == ["repeats the same session", "the original"]
    assert _of(found.others) == [unrelated]
    of_original = comparable_sessions(original)
    assert _of(of_original.linked) == [twin, again]
    assert {one.link for one in of_original.linked} == {"its frames analysed again"}


@pytest.mark.parametrize(
    ("offset", "frames", "common"),
    [
        pytest.param(0, 100, 20, id="all of them"),
        pytest.param(115, 30, 5, id="the last ones"),
        pytest.param(90, 11, 1, id="the first one"),
        pytest.param(120, 10, None, id="later ones"),
        pytest.param(70, 30, None, id="earlier ones"),
    ],
)
def test_says_how_many_frames_both_streamed(offset: int, frames: int, common: int | None) -> None:
    session = make_stream("small-cnn", frames=20, offset=100)
    if offset == 0:
        frames = 120
    _stream(session, offset=offset, frames=frames)
    assert [one.frames for one in comparable_sessions(session).others] == (
        [] if common is None else [common]
    )


def test_leaves_out_what_has_nothing_to_compare() -> None:
    session = make_stream("small-cnn", frames=20)
    _stream(session, stored=0)
    pruned = _stream(session)
    pruned.pruned_at = timezone.now()
    pruned.save()
    elsewhere = make_stream("small-cnn", frames=20, dataset=make_dataset())
    said(elsewhere, [1])
    found = comparable_sessions(session)
    assert (found.linked, found.others, found.next_before) == ((), (), None)


def test_the_others_come_in_pages_that_cost_the_same(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    original, again = make_pair([1] * 20, [2] * 20)
    others = [_stream(original) for _ in range(7)]
    session = get_session(original.pk)
    before, found = None, list[Session]()
    while True:
        with django_assert_max_num_queries(3):
            page = comparable_sessions(session, limit=3, before=before)
        assert _of(page.linked) == ([again] if before is None else [])
        found += _of(page.others)
        before = page.next_before
        if before is None:
            break
    assert found == others[::-1]
