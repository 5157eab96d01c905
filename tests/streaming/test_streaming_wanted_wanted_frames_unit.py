"""streaming.wanted.wanted_frames."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from access.roles import Owner
from results.errors import SessionNotFound
from results.lifecycle import SessionState
from results.models import Dataset, Session
from streaming.bookkeeping import register_dataset
from streaming.context import StreamContext
from streaming.datasets.pickles import DatasetReader
from streaming.errors import InvalidField
from streaming.wanted import WantedFrames, wanted_frames
from tests.results.conftest import make_session
from tests.servers import small_dataset
from tests.streaming.contexts import asked, serving_context

pytestmark = pytest.mark.django_db

NOBODYS = UUID(int=7)


@pytest.fixture(name="context")
def make_context(tmp_path: Path) -> Iterator[StreamContext]:
    """A server of thirty frames."""
    with serving_context(tmp_path) as context:
        yield context


def _wanted(context: StreamContext, *, allowed: bool = True, **fields: Any) -> WantedFrames:
    return wanted_frames(context, asked(**fields), may_repeat=lambda owner: allowed)


def _streamed(
    context: StreamContext, state: SessionState = SessionState.COMPLETED, **fields: Any
) -> Session:
    dataset = Dataset.objects.get(sha256=context.dataset.sha256)
    given = {"dataset": dataset, "announced": 20, "sent": 15, "offset": 5, **fields}
    return make_session(state, **given)


def _served_before(folder: Path) -> str:
    """Make five frames known to the database; their hash."""
    with DatasetReader.open(small_dataset(folder / "before.pickle", count=5)) as before:
        register_dataset(before)
        return before.sha256


def test_is_of_what_is_served_where_nothing_is_named(context: StreamContext) -> None:
    wanted = _wanted(context, allowed=False, count=None, offset=25)
    assert wanted == WantedFrames(context.dataset, 25, 5)


def test_repeats_what_a_session_sent_not_what_it_announced(context: StreamContext) -> None:
    first = _streamed(context)
    wanted = _wanted(context, count=None, repeats=first.uuid)
    assert wanted == WantedFrames(context.dataset, 5, 15, repeats=first)


def test_repeats_a_session_of_a_dataset_that_was_served_before(
    context: StreamContext, tmp_path: Path
) -> None:
    before = Dataset.objects.get(sha256=_served_before(tmp_path))
    first = _streamed(context, dataset=before, announced=3, sent=3, offset=2)
    wanted = _wanted(context, count=None, repeats=first.uuid)
    assert (wanted.dataset.sha256, wanted.offset, wanted.announced) == (before.sha256, 2, 3)


@pytest.mark.parametrize(
    "state", [SessionState.FINISHING, SessionState.FAILED, SessionState.STOPPED]
)
def test_repeats_whatever_way_the_stream_ended(context: StreamContext, state: SessionState) -> None:
    wanted = _wanted(context, count=None, repeats=_streamed(context, state).uuid)
    assert wanted.announced == 15


@pytest.mark.parametrize("state", [SessionState.OPENED, SessionState.RUNNING])
def test_refuses_to_repeat_a_stream_that_has_not_ended(
    context: StreamContext, state: SessionState
) -> None:
    first = _streamed(context, state)
    with pytest.raises(InvalidField, match=f"is {state}; its stream has to end first"):
        _wanted(context, count=None, repeats=first.uuid)


def test_refuses_to_repeat_nothing(context: StreamContext) -> None:
    first = _streamed(context, SessionState.FAILED, sent=0)
    with pytest.raises(InvalidField, match="streamed no frame"):
        _wanted(context, count=None, repeats=first.uuid)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"count": 10}, id="count"),
        pytest.param({"count": None, "offset": 5}, id="offset"),
        pytest.param({"count": None, "dataset": "noise"}, id="dataset"),
    ],
)
def test_refuses_other_frames_than_those_that_are_repeated(
    context: StreamContext, fields: dict[str, Any]
) -> None:
    with pytest.raises(InvalidField, match="are those of the session that is repeated"):
        _wanted(context, repeats=_streamed(context).uuid, **fields)


def test_a_stranger_cannot_tell_a_session_from_one_that_is_not_there(
    context: StreamContext,
) -> None:
    first = _streamed(context)
    with pytest.raises(SessionNotFound) as forbidden:
        _wanted(context, allowed=False, count=None, repeats=first.uuid)
    with pytest.raises(SessionNotFound) as missing:
        _wanted(context, count=None, repeats=NOBODYS)
    assert str(forbidden.value).replace(str(first.uuid), "?") == "no session ?"
    assert str(missing.value).replace(str(NOBODYS), "?") == "no session ?"


def test_asks_whose_session_it_is(context: StreamContext) -> None:
    first, owners = _streamed(context), list[Owner]()

    def may_repeat(owner: Owner) -> bool:
        owners.append(owner)
        return True

    wanted_frames(context, asked(count=None, repeats=first.uuid), may_repeat=may_repeat)
    assert owners == [first.owner]


@pytest.mark.parametrize("by", ["hash", "name"])
def test_names_a_dataset_that_was_served_before(
    context: StreamContext, tmp_path: Path, by: str
) -> None:
    sha256 = _served_before(tmp_path)
    # Both datasets are called noise; the other was served last.
    wanted = _wanted(context, count=2, dataset=sha256 if by == "hash" else "noise")
    assert (wanted.dataset.sha256, wanted.dataset.header.count) == (sha256, 5)
    assert (wanted.announced, wanted.repeats) == (2, None)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        pytest.param("nothing", True, id="not there"),
        pytest.param("noise", False, id="not for this client"),
    ],
)
def test_refuses_a_dataset_that_it_may_not_give(
    context: StreamContext, name: str, allowed: bool
) -> None:
    with pytest.raises(InvalidField, match=f"one that was served here, got '{name}'"):
        _wanted(context, allowed=allowed, dataset=name)
