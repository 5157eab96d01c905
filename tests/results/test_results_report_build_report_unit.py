"""A report of its parts."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from results.errors import InvalidDocument
from results.ledger import Ledger, Loss
from results.report import ReportDocument, build_report, validate_report
from results.summary import summarise
from tests.results.conftest import CLASS_NAMES, make_batch


def _built(fps: float = 10.0) -> ReportDocument:
    return build_report(
        session=UUID(int=5),
        dataset={"name": "fashion-mnist", "sha256": "0" * 64},
        classifier={"name": "cnn", "sha256": "1" * 64, "class_names": list(CLASS_NAMES)},
        client={"name": "analyze", "version": "0.1.0"},
        started_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        ended_at=datetime(2026, 1, 2, 3, 4, 6, 500_000, tzinfo=UTC),
        settings={"announced": 9, "fps": fps, "offset": 0, "overload": "drop-oldest"},
        ledger=Ledger(9, 9, 9, 8, 8, {"dropped": (Loss("overload", ((8, 8),)),)}),
        summary=summarise(make_batch(8), CLASS_NAMES),
        run={
            "duration_s": 1.5,
            "achieved_fps": None,
            "queue_high_water": {"frames": 1, "results": 1},
            "preflight": None,
        },
        samples=[],
    )


def test_is_valid() -> None:
    document = _built()
    validate_report(document)
    assert document["session"] == "00000000-0000-0000-0000-000000000005"
    assert document["ended_at"] == "2026-01-02T03:04:06.500000+00:00"
    assert document["ledger"]["dropped"] == 1


def test_refuses_a_part_out_of_range() -> None:
    with pytest.raises(InvalidDocument, match="settings/fps"):
        _built(fps=-1)
