"""What many sessions of the load client came to, in figures (pure)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.load_session import SessionAccount

ON_TIME_MS = 20.0
_NS_PER_MS = 1e6


@dataclass(frozen=True, slots=True)
class Delays:
    """How late something was, milliseconds; all None where nothing was measured.

    Attributes:
        p50, p99, highest: of all frames of all sessions.
        on_time: the share that was at most :data:`ON_TIME_MS` late.
    """

    p50: float | None
    p99: float | None
    highest: float | None
    on_time: float | None


@dataclass(frozen=True, slots=True)
class LoadFigures:  # pylint: disable=too-many-instance-attributes  # one a figure
    """What one run came to.

    Attributes:
        sessions: Asked for.
        completed: Accepted by the server with an account that lacks nothing.
        announced, received, predicted, stored: Frames, in all. ``stored`` is what the
            acknowledgements said is new in the database.
        misplaced: Frames that came twice or out of their turn.
        failures: Why sessions did not complete, and how many each.
        pacing: By the server's own send time in the frames' header: how much later than
            ``start + n / fps`` frame n was sent. The start of a session, which the server keeps to
            itself, is taken as the least ``send time - n / fps`` of its frames. No frame leaves
            before it is due, so this is never before the true start, and later by no more than the
            least delay of the session's frames.
        steady_pacing: The same of the frames that were sent while every session streamed.
        arrival: As pacing, up to the moment when the client has the frame, which adds the network
            and how busy the client is.
        acknowledged: From the sending of a batch of predictions to its acknowledgement.
        open_s: From the first connection until every session waited for its readiness.
        steady_from_ns, steady_to_ns: While every session streamed, Unix time; both 0 where
            there was no such time.
        wall_s: From the first readiness to the last session's end.
        client_cpu: Processor seconds of the client a second, meanwhile.
    """

    sessions: int
    completed: int
    announced: int
    received: int
    predicted: int
    stored: int
    misplaced: int
    failures: dict[str, int]
    pacing: Delays
    steady_pacing: Delays
    arrival: Delays
    acknowledged: Delays
    open_s: float
    steady_from_ns: int
    steady_to_ns: int
    wall_s: float
    client_cpu: float

    @property
    def lost(self) -> int:
        """Frames that were announced and are not stored."""
        return self.announced - self.stored


def pacing_ms(account: SessionAccount, fps: float) -> tuple[NDArray[np.float64], ...]:
    """How late each frame was sent, and how late it arrived, milliseconds, as in LoadFigures.

    >>> account = SessionAccount(announced=3)
    >>> for sent_ms, arrived_ms in ((5, 6), (102, 109), (203, 203)):
    ...     account.sent_at_ns.append(sent_ms * 10**6)
    ...     account.arrived_at_ns.append(arrived_ms * 10**6)
    >>> sent, arrived = pacing_ms(account, fps=10)
    >>> sent.tolist(), arrived.tolist()
    ([3.0, 0.0, 1.0], [4.0, 7.0, 1.0])
    """
    sent_ns = np.frombuffer(account.sent_at_ns, np.int64)
    arrived_ns = np.frombuffer(account.arrived_at_ns, np.int64)
    due_ns = np.rint(np.arange(len(sent_ns)) * (1e9 / fps)).astype(np.int64)
    if due_ns.size:
        due_ns += (sent_ns - due_ns).min()
    return (sent_ns - due_ns) / _NS_PER_MS, (arrived_ns - due_ns) / _NS_PER_MS


def _within(account: SessionAccount, from_ns: int, to_ns: int) -> NDArray[np.bool_]:
    """Which frames were sent between these times."""
    sent_ns = np.frombuffer(account.sent_at_ns, np.int64)
    return (from_ns <= sent_ns) & (sent_ns <= to_ns)


def delays(values_ms: NDArray[np.float64]) -> Delays:
    """The quantiles of delays in milliseconds."""
    if values_ms.size == 0:
        return Delays(None, None, None, None)
    p50, p99 = np.percentile(values_ms, (50, 99))
    return Delays(
        p50=float(p50),
        p99=float(p99),
        highest=float(values_ms.max()),
        on_time=float((values_ms <= ON_TIME_MS).mean()),
    )


def figures_of(
    accounts: Sequence[SessionAccount],
    *,
    fps: float,
    open_s: float = 0.0,
    wall_s: float = 0.0,
    client_cpu: float = 0.0,
) -> LoadFigures:
    """What these sessions came to.

    Args:
        accounts: of every session, one at least.
        fps: rate of each.
        open_s, wall_s, client_cpu: as in LoadFigures.
    """
    late = [pacing_ms(account, fps) for account in accounts]
    waits = [np.frombuffer(account.ack_waits_ms, np.float64) for account in accounts]
    started_ns = max(account.started_at_ns or 2**62 for account in accounts)
    ended_ns = min(account.ended_at_ns for account in accounts)
    is_steady = started_ns < ended_ns
    return LoadFigures(
        sessions=len(accounts),
        completed=sum(account.is_accepted for account in accounts),
        announced=sum(account.announced for account in accounts),
        received=sum(account.received for account in accounts),
        predicted=sum(account.predicted for account in accounts),
        stored=sum(account.stored for account in accounts),
        misplaced=sum(account.misplaced for account in accounts),
        failures=dict(Counter(account.failure for account in accounts if account.failure)),
        pacing=delays(np.concatenate([sent for sent, _ in late])),
        steady_pacing=delays(
            np.concatenate(
                [
                    sent[_within(account, started_ns, ended_ns)]
                    for account, (sent, _) in zip(accounts, late, strict=True)
                ]
            )
        ),
        arrival=delays(np.concatenate([arrived for _, arrived in late])),
        acknowledged=delays(np.concatenate(waits)),
        open_s=open_s,
        steady_from_ns=started_ns if is_steady else 0,
        steady_to_ns=ended_ns if is_steady else 0,
        wall_s=wall_s,
        client_cpu=client_cpu,
    )
