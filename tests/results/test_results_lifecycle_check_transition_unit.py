"""Changes of state that are legal, and those that are not."""

import itertools

import pytest

from results.errors import IllegalTransition
from results.lifecycle import TRANSITIONS, SessionState, check_transition


@pytest.mark.parametrize(
    ("current", "following"), list(itertools.product(SessionState, SessionState))
)
def test_passes_legal_changes_only(current: SessionState, following: SessionState) -> None:
    if following in TRANSITIONS[current]:
        check_transition(current, following)
    else:
        with pytest.raises(IllegalTransition, match=f"{current} cannot become {following}"):
            check_transition(current, following)


def test_a_session_that_its_worker_left_can_be_offered_anew() -> None:
    check_transition(SessionState.OPENED, SessionState.REQUESTED)
    with pytest.raises(IllegalTransition):
        check_transition(SessionState.RUNNING, SessionState.REQUESTED)


def test_names_what_can_follow() -> None:
    with pytest.raises(IllegalTransition, match="what can follow is failed, finishing$"):
        check_transition(SessionState.RUNNING, SessionState.OPENED)


def test_says_when_nothing_can_follow() -> None:
    with pytest.raises(IllegalTransition, match="nothing: it is final"):
        check_transition(SessionState.FAILED, SessionState.RUNNING)
