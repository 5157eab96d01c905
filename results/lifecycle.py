"""The states of a session and the ways between them (pure).

::

    requested ◄─► opened ──► running ──► finishing ──► completed   all announced were sent
        │            │          │            │     └──► stopped     ended early, as somebody asked
        │            │          │            │
        └────────────┴──────────┴────────────┴────────► failed      ended early, and nobody asked
        └────────────┴────────────────────────────────► stopped     before its first frame

A worker that is gone before it fetched the first frame of a session leaves it to the next one:
that is the way back from opened to requested.
"""

from enum import StrEnum

from results.errors import IllegalTransition


class SessionState(StrEnum):
    """Where a session is in its life."""

    REQUESTED = "requested"  # asked for in the browser or over REST, no worker has it yet
    OPENED = "opened"  # a client has it; the two sides are getting ready
    RUNNING = "running"  # both sides were ready; frames may be sent
    FINISHING = "finishing"  # the last frame was sent; predictions and the report are awaited
    COMPLETED = "completed"  # every announced frame was sent and the report is stored
    STOPPED = "stopped"  # it ended early because somebody asked for it
    FAILED = "failed"  # it ended early and nobody asked for it


_S = SessionState
TRANSITIONS: dict[SessionState, frozenset[SessionState]] = {
    _S.REQUESTED: frozenset({_S.OPENED, _S.STOPPED, _S.FAILED}),
    _S.OPENED: frozenset({_S.REQUESTED, _S.RUNNING, _S.STOPPED, _S.FAILED}),
    _S.RUNNING: frozenset({_S.FINISHING, _S.FAILED}),
    _S.FINISHING: frozenset({_S.COMPLETED, _S.STOPPED, _S.FAILED}),
    _S.COMPLETED: frozenset(),
    _S.STOPPED: frozenset(),
    _S.FAILED: frozenset(),
}
FINAL_STATES = frozenset(state for state, following in TRANSITIONS.items() if not following)


def check_transition(current: SessionState, following: SessionState) -> None:
    """Let a legal change of state pass.

    Raises:
        IllegalTransition: ``following`` cannot come after ``current``.
    """
    if following not in TRANSITIONS[current]:
        allowed = ", ".join(sorted(TRANSITIONS[current])) or "nothing: it is final"
        raise IllegalTransition(
            f"a session that is {current} cannot become {following}; what can follow is {allowed}"
        )
