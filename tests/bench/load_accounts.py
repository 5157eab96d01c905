"""Accounts of sessions and figures of runs, for tests of the load client and its benchmark."""

from collections.abc import Sequence

from bench.load_figures import LoadFigures, figures_of
from bench.load_session import SessionAccount

START_NS = 10**15


def account_of(
    late_ms: Sequence[float], *, fps: float = 10, announced: int | None = None, wire_ms: float = 1
) -> SessionAccount:
    """A session whose frames were so late, and all stored and accepted unless some lack."""
    announced = len(late_ms) if announced is None else announced
    account = SessionAccount(announced=announced)
    for number, late in enumerate(late_ms):
        sent_at_ns = START_NS + round(number * 1e9 / fps) + round(late * 1e6)
        account.sent_at_ns.append(sent_at_ns)
        account.arrived_at_ns.append(sent_at_ns + round(wire_ms * 1e6))
    account.predicted = account.stored = len(late_ms)
    account.started_at_ns = START_NS
    account.ended_at_ns = START_NS + round(announced * 1e9 / fps)
    account.is_accepted = announced == len(late_ms)
    account.failure = "" if account.is_accepted else "frames are missing"
    return account


def load_of(sessions: int, *, late_ms: Sequence[float] = (0, 1, 2)) -> LoadFigures:
    """The figures of so many sessions that are alike."""
    accounts = [account_of(late_ms) for _ in range(sessions)]
    return figures_of(accounts, fps=10, open_s=2.0, wall_s=3.0, client_cpu=0.25)
