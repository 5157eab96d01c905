"""results.comparing.pairing.pair_sessions: which sessions can be compared."""

import pytest

from results.comparing.pairing import pair_sessions
from results.errors import NotComparable
from tests.results.conftest import make_dataset
from tests.results.pairs import make_stream

pytestmark = pytest.mark.django_db


def test_takes_the_frames_that_both_streamed() -> None:
    first = make_stream("a", frames=100, offset=10)
    second = make_stream("b", frames=40, offset=60, dataset=first.dataset)
    for one, other in ((first, second), (second, first)):
        pair = pair_sessions(one, other)
        assert (pair.start, pair.stop) == (60, 100)


def test_refuses_a_session_with_itself() -> None:
    session = make_stream("a", frames=10)
    with pytest.raises(NotComparable, match="not with itself"):
        pair_sessions(session, session)


def test_refuses_other_frames_and_says_which() -> None:
    first = make_stream("a", frames=10)
    with pytest.raises(NotComparable, match="only sessions of the same dataset"):
        pair_sessions(first, make_stream("b", frames=10, dataset=make_dataset()))
    later = make_stream("b", frames=10, offset=10, dataset=first.dataset)
    with pytest.raises(NotComparable, match="frames 0 to 9 .* frames 10 to 19; they have none"):
        pair_sessions(first, later)
    first.sent = 0
    with pytest.raises(NotComparable, match="streamed no frame of"):
        pair_sessions(first, later)
