"""The states of a session."""

from results.lifecycle import FINAL_STATES, TRANSITIONS, SessionState


def test_every_state_has_its_ways_on() -> None:
    assert set(TRANSITIONS) == set(SessionState)


def test_final_states_are_those_without_a_way_on() -> None:
    assert FINAL_STATES == {SessionState.COMPLETED, SessionState.STOPPED, SessionState.FAILED}


def test_is_its_own_text() -> None:
    assert f"{SessionState.RUNNING}" == "running"


def test_every_state_can_be_reached_from_the_beginning() -> None:
    reached, frontier = set[SessionState](), {SessionState.REQUESTED}
    while frontier:
        reached |= frontier
        frontier = {state for one in frontier for state in TRANSITIONS[one]} - reached
    assert reached == set(SessionState)


def test_a_session_that_is_not_over_can_fail() -> None:
    for state in set(SessionState) - FINAL_STATES:
        assert SessionState.FAILED in TRANSITIONS[state]
