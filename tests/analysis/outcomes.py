"""A session's outcome, made without a session."""

from datetime import UTC, datetime
from typing import Any

from analysis.accounting import RangeLog, Reception
from analysis.outcome import Outcome
from analysis.recording import Recording
from streaming.messages import Opened
from tests.analysis.live_fakes import (
    CLIENT,
    FakeClassifier,
    Images,
    a_session,
    result_chunk,
    the_end,
)


def an_outcome(
    *, opened: Opened | None = None, received: int = 10, analysed: int = 10, **changes: Any
) -> Outcome:
    """Everything went well, unless changed."""
    opened = opened or a_session(received)
    reception = Reception(opened.announced)
    if received:
        reception.accept(0, received)
    recording, classifier = Recording(3, sample_seed=0), FakeClassifier()
    if analysed:
        recording.add(result_chunk(0, analysed))
    fields: dict[str, Any] = {
        "opened": opened,
        "client": CLIENT,
        "classifier": classifier,
        "overload": "wait",
        "ended": the_end(received),
        "reception": reception,
        "dropped": RangeLog(),
        "rejected": RangeLog(),
        "summary": recording.summary(classifier.card.class_names),
        "stored": analysed,
        "samples": recording.samples(_nobody_has),
        "started_at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "ended_at": datetime(2026, 1, 2, 3, 4, 7, tzinfo=UTC),
        "duration_s": 2.0,
        "high_water": {"frames": 3, "results": 4},
        "preflight": None,
    }
    return Outcome(**(fields | changes))


def _nobody_has(sequence: int) -> Images:
    raise AssertionError(f"the picture of frame {sequence} was offered")
