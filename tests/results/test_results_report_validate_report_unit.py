"""Reports that are refused, with the place and the reason."""

import copy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from results.errors import InvalidDocument
from results.ledger import Ledger
from results.report import (
    MAX_RANGES,
    REPORT_FORMAT,
    REPORT_VERSION,
    report_schema,
    validate_report,
)
from results.summary import summarise
from tests.results.conftest import make_batch

NAMES = ["a", "b"]
GOOD: dict[str, Any] = {
    "format": REPORT_FORMAT,
    "version": REPORT_VERSION,
    "session": "00000000-0000-0000-0000-000000000005",
    "dataset": {"name": "d", "sha256": "0" * 64},
    "classifier": {"name": "c", "sha256": "1" * 64, "class_names": NAMES},
    "client": {"name": "analyze", "version": "1"},
    "started_at": "2026-01-02T03:04:05Z",
    "ended_at": "2026-01-02T03:04:05.25+01:00",
    "settings": {"announced": 2, "fps": 0, "offset": 0, "overload": "wait"},
    "ledger": {
        **Ledger(2, 2, 2, 2, 2).as_dict(),
        "losses": {
            "unsent": [],
            "lost": [{"reason": "gap", "count": 2, "ranges": [[0, 0], [1, 1]]}],
            "rejected": [],
            "dropped": [],
        },
    },
    "summary": summarise(make_batch(2, classes=2), NAMES),
    "run": {
        "duration_s": 1,
        "achieved_fps": 2.0,
        "queue_high_water": {"frames": 0, "results": 0},
        "preflight": None,
    },
    "samples": [{"sequence": 0, "class_id": 1, "class_name": "b", "confidence": 1, "png": "aa=="}],
}
REMOVED = object()


def _changed(place: str, value: Any) -> dict[str, Any]:
    document = copy.deepcopy(GOOD)
    *way, last = place.split("/")
    part: Any = document
    for name in way:
        part = part[int(name) if isinstance(part, list) else name]
    key = int(last) if isinstance(part, list) else last
    if value is REMOVED:
        del part[key]
    else:
        part[key] = value
    return document


def test_passes_a_good_one() -> None:
    validate_report(GOOD)


def test_passes_samples_whose_pictures_are_kept_elsewhere() -> None:
    validate_report(_changed("samples/0/png", REMOVED))


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        pytest.param(
            "format", "other", "at format: 'fashionsite-report' was expected", id="format"
        ),
        pytest.param("version", 2, "at version: 1 was expected", id="version"),
        pytest.param("session", "5", "at session: ", id="session"),
        pytest.param("dataset", REMOVED, "at its top: 'dataset' is a required", id="missing"),
        pytest.param("dataset/extra", 1, "at dataset: Additional properties", id="additional"),
        pytest.param("dataset/sha256", "0" * 63, "at dataset/sha256", id="hash"),
        pytest.param(
            "client/name", "n" * 301, "at client/name: .n+ … n+. is too long$", id="long-name"
        ),
        pytest.param("client/name", "a\0b", "at client/name: text holds a NUL", id="nul"),
        pytest.param("client/name", "\ud800", "at client/name: text holds", id="surrogate"),
        pytest.param("settings/fps", float("nan"), "at settings/fps: nan is no number", id="nan"),
        pytest.param("settings/fps", float("inf"), "at settings/fps: inf", id="infinite"),
        pytest.param("settings/fps", True, "at settings/fps: True is not", id="bool"),
        pytest.param("settings/announced", 2**53, "at settings/announced", id="huge"),
        pytest.param("settings/overload", "panic", "at settings/overload", id="overload"),
        pytest.param("started_at", "2026-13-02T03:04:05Z", "at started_at: month", id="month"),
        pytest.param("ended_at", "yesterday", "at ended_at: ", id="time"),
        pytest.param("ended_at", "2026-01-02T03:04:05", "at ended_at: ", id="naive-time"),
        pytest.param(
            "ledger/losses/lost/0/ranges/1", [0, 1], "at ledger/losses: ranges of gap", id="ranges"
        ),
        pytest.param(
            "ledger/losses/lost/0/ranges/1", [1], "at .*ranges/1: .1. is no first", id="half-range"
        ),
        pytest.param("ledger/losses/lost/0/ranges/0", [1, 0], "at .*ranges/0", id="backwards"),
        pytest.param("ledger/losses/lost/0/ranges/0", [-1, 0], "at .*ranges/0", id="below-0"),
        pytest.param("ledger/losses/lost/0/ranges/0", [False, 0], "at .*ranges/0", id="bools"),
        pytest.param("ledger/losses/lost/0/ranges/1", [1, 2**53], "at .*ranges/1", id="far"),
        pytest.param("ledger/losses/lost/0/ranges", 5, "at ledger/losses/lost/0/ranges", id="int"),
        pytest.param("ledger/losses/lost/0", 5, "at ledger/losses/lost/0: 5 is not", id="loss"),
        pytest.param("ledger/losses/lost", 5, "at ledger/losses/lost: 5 is not", id="losses"),
        pytest.param("ledger/losses", 5, "at ledger/losses: 5 is not", id="no-losses"),
        pytest.param("ledger", 5, "at ledger: 5 is not", id="no-ledger"),
        pytest.param("ledger/sent", -1, "at ledger/sent: -1", id="negative"),
        pytest.param("summary/classes", [], "at summary/classes: its class names", id="classes"),
        pytest.param("summary/latency_ms/p50", None, "at summary/latency_ms/p50", id="null"),
        pytest.param("samples/0/class_id", 2, "at samples/0: class 2 of", id="unknown-class"),
        pytest.param("samples/0/class_name", "a", "at samples/0: class 1 of .* not 'a'", id="name"),
        pytest.param("samples/0/confidence", 1.5, "at samples/0/confidence", id="confidence"),
        pytest.param("samples", [{}] * 11, "at samples", id="many-samples"),
    ],
)
def test_refuses_what_the_reader_could_not_use(place: str, value: Any, message: str) -> None:
    with pytest.raises(InvalidDocument, match=f"report refused {message}"):
        validate_report(_changed(place, value))


@pytest.mark.parametrize("document", [None, [], "report", 5, {}])
def test_refuses_what_is_no_report_at_all(document: Any) -> None:
    with pytest.raises(InvalidDocument, match="report refused at its top"):
        validate_report(document)


def test_quotes_only_so_much_and_in_text_that_can_be_sent() -> None:
    with pytest.raises(InvalidDocument) as caught:
        validate_report(_changed("session", "\ud800" * 5000))
    assert len(str(caught.value).encode("utf-8")) < 3000


def _with_ranges(count: int) -> dict[str, Any]:
    ranges = [[2 * index, 2 * index] for index in range(count)]
    loss = {"reason": "overload", "count": count, "ranges": ranges}
    return _changed("ledger/losses/dropped", [loss])


def test_takes_many_ranges_up_to_its_limit() -> None:
    validate_report(_with_ranges(MAX_RANGES))
    with pytest.raises(InvalidDocument, match="at most 100000 ranges are taken, got 100001"):
        validate_report(_with_ranges(MAX_RANGES + 1))


def test_the_limits_of_ranges_are_those_of_the_schema() -> None:
    validator = Draft202012Validator(report_schema())
    ranges = report_schema()["$defs"]["losses"]["items"]["properties"]["ranges"]
    assert ranges["maxItems"] == MAX_RANGES
    assert validator.is_valid(_with_ranges(3))
    assert not validator.is_valid(_changed("ledger/losses/lost/0/ranges/1", [1, 2**53]))


def test_stops_at_the_first_of_a_million_offences() -> None:
    with pytest.raises(InvalidDocument, match="at samples: .* is too long"):
        validate_report(_changed("samples", [{}] * 1_000_000))
