"""A session's outcome, made without a session."""

from datetime import UTC, datetime
from typing import Any

from analysis.accounting import RangeLog, Reception
from analysis.outcome import Outcome
from analysis.recording import PredictionLog, SampleKeeper
from streaming.messages import Opened
from tests.analysis.live_fakes import CLIENT, FakeClassifier, a_session, result_chunk, the_end


def an_outcome(
    *, opened: Opened | None = None, received: int = 10, analysed: int = 10, **changes: Any
) -> Outcome:
    """Everything went well, unless changed."""
    opened = opened or a_session(received)
    reception = Reception(opened.announced)
    if received:
        reception.accept(0, received)
    log, keeper = PredictionLog(3), SampleKeeper(seed=0)
    if analysed:
        log.append(result_chunk(0, analysed))
        keeper.offer(result_chunk(0, analysed))
    fields: dict[str, Any] = {
        "opened": opened,
        "client": CLIENT,
        "classifier": FakeClassifier(),
        "overload": "wait",
        "ended": the_end(received),
        "reception": reception,
        "dropped": RangeLog(),
        "rejected": RangeLog(),
        "predictions": log.part(),
        "stored": analysed,
        "samples": keeper.samples,
        "started_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "ended_at": datetime(2026, 1, 2, 3, 4, 7, tzinfo=UTC),
        "duration_s": 2.0,
        "high_water": {"frames": 3, "results": 4},
        "preflight": None,
    }
    return Outcome(**(fields | changes))
