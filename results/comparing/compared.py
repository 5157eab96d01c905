"""Two sessions side by side: what is counted over the frames in common, and their latencies."""

from dataclasses import dataclass

from results import selectors
from results.comparing.pairing import SessionPair
from results.comparing.sides import Comparison, Side
from results.models import Session
from results.summary import LatencySummary


@dataclass(frozen=True, slots=True)
class ComparedSession:
    """One of the two.

    Attributes:
        side: Over the frames in common.
        latency_ms: Over the whole session, from its report; ``None`` without one.
    """

    session: Session
    side: Side
    latency_ms: LatencySummary | None


@dataclass(frozen=True, slots=True)
class ComparedSessions:
    """Both, and how they differ."""

    first: ComparedSession
    second: ComparedSession
    comparison: Comparison


def compared_sessions(pair: SessionPair) -> ComparedSessions:
    """The two sessions compared, in at most five queries."""
    comparison = pair.comparison()
    latencies = selectors.report_latencies(pair.first, pair.second)
    return ComparedSessions(
        first=ComparedSession(pair.first, comparison.first, latencies.get(pair.first.pk)),
        second=ComparedSession(pair.second, comparison.second, latencies.get(pair.second.pk)),
        comparison=comparison,
    )
