"""Sessions and predictions as rows for a spreadsheet or a program."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from results.ledger import FIELDS
from results.models import Prediction, Session

Row = Mapping[str, Any]

# What a spreadsheet would run as a formula; a client's name is a stranger's text.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def session_row(session: Session) -> dict[str, Any]:
    """One session with its ledger's counts; fractions from 0 to 1, times in UTC.

    ``accuracy``, ``macro_f1`` and ``verified`` are ``None`` while there is no report.
    """
    counts = dict(session.ledger.as_dict())
    report = getattr(session, "report", None)
    measured = {} if report is None else report.metrics
    return {
        "uuid": str(session.uuid),
        "state": session.state,
        "dataset": session.dataset.name,
        "dataset_sha256": session.dataset.sha256,
        "classifier": session.classifier.name,
        "classifier_sha256": session.classifier.sha256,
        "client": session.client,
        "fps": session.fps,
        "offset": session.offset,
        **{name: counts[name] for name in FIELDS},
        "labelled": measured.get("labelled"),
        "accuracy": measured.get("accuracy"),
        "macro_f1": measured.get("macro_f1"),
        "verified": None if report is None else report.verified,
        "created_at": _time(session.created_at),
        "started_at": _time(session.started_at),
        "stream_ended_at": _time(session.stream_ended_at),
        "finished_at": _time(session.finished_at),
        "stop_reason": session.stop_reason,
        "error": session.error,
    }


def prediction_row(prediction: Prediction) -> dict[str, Any]:
    """One prediction; ``right`` is ``None`` where there is no label."""
    names = prediction.session.classifier.class_names
    label = prediction.label
    return {
        "session": str(prediction.session_id),
        "sequence": prediction.sequence,
        "class_id": prediction.class_id,
        "class_name": names[prediction.class_id],
        "confidence": prediction.confidence,
        "latency_ms": prediction.latency_ms,
        "label": label,
        "label_name": None if label is None else names[label],
        "right": None if label is None else label == prediction.class_id,
    }


def as_csv(rows: Iterable[Row]) -> str:
    """The rows below a line of their names; ``None`` is an empty cell. No rows give no lines."""
    file = io.StringIO(newline="")
    writer = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(file, fieldnames=list(row))
            writer.writeheader()
        writer.writerow({name: _cell(value) for name, value in row.items()})
    return file.getvalue()


def as_json(rows: Iterable[Row]) -> str:
    """The rows as one array, a line each."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def _time(value: Any) -> str | None:
    return None if value is None else value.isoformat()
