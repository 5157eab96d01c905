"""results.pages.frames.wall: a page of the frames that fit."""

import pytest
from pytest_django import DjangoAssertNumQueries

from results.api.filters import narrow_predictions
from results.lifecycle import SessionState
from results.models import Session
from results.pages.frames import FRAMES_A_PAGE, Wall, wall
from results.selectors import get_session
from results.services import seal_blocks
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def _wall(session: Session, after: int | None = None, **query: str) -> Wall:
    return wall(session, narrow_predictions(session, query), query, after)


@pytest.fixture(name="session")
def make_stored_session() -> Session:
    """A session of 150 packed predictions, each third of them right."""
    session = make_session(SessionState.COMPLETED, announced=150)
    batch = make_batch(150)
    labels = [
        int(said) if n % 3 == 0 else (int(said) + 1) % 10 for n, said in enumerate(batch.class_ids)
    ]
    make_predictions(session, batch, labels)
    seal_blocks()
    return get_session(session.uuid)


def test_pages_follow_each_other_to_the_end(session: Session) -> None:
    first = _wall(session)
    assert (len(first.cards), first.found, first.next_query) == (FRAMES_A_PAGE, 150, "after=59")
    last = _wall(session, after=119)
    assert ([card.sequence for card in last.cards], last.next_query) == (
        list(range(120, 150)),
        None,
    )


def test_a_filter_is_kept_in_every_address(session: Session) -> None:
    page = _wall(session, after=5, right="false", order="-confidence", other="x", label="")
    assert page.found == 100
    assert page.filters == {"right": "false", "order": "-confidence"}
    assert page.first_query == "right=false&order=-confidence"
    assert page.frame_query == "right=false&order=-confidence&after=5"
    first = _wall(session, right="false", order="-confidence")
    assert first.next_query == f"right=false&order=-confidence&after={first.cards[-1].sequence}"


def test_takes_as_many_queries_for_any_number_of_frames(
    session: Session, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # The blocks for the page and again for the count, one block's content, the predictions.
    with django_assert_num_queries(4):
        assert len(_wall(session, right="false").cards) == FRAMES_A_PAGE
