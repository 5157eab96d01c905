"""The report: a session's final results in one JSON document (pure).

``schemas/report-v1.schema.json`` is its JSON Schema, ``docs/reference/report.md`` explains it.
"""

import base64
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, NotRequired, TypedDict
from uuid import UUID

from jsonschema import Draft202012Validator

from results.errors import InvalidDocument
from results.ledger import Ledger, LedgerDict, losses_from_dict
from results.summary import SummaryDict

REPORT_FORMAT: Final = "fashionsite-report"
REPORT_VERSION: Final = 1
SCHEMA_PATH = Path(__file__).parent / "schemas" / "report-v1.schema.json"
MAX_RANGES = 100_000  # of one loss, as in the schema
_LARGEST_COUNT = 2**53 - 1  # what every JSON reader takes for an integer, as in the schema
_REASON_LENGTH = 300


class DatasetDict(TypedDict):
    """Which dataset was streamed."""

    name: str
    sha256: str


class ClassifierDict(TypedDict):
    """Which classifier looked at it; ``sha256`` is that of its weights."""

    name: str
    sha256: str
    class_names: list[str]


class ClientDict(TypedDict):
    """Which program ran it."""

    name: str
    version: str


class SettingsDict(TypedDict):
    """What was asked for."""

    announced: int
    fps: float
    offset: int
    overload: Literal["wait", "drop-oldest"]


class QueueHighWater(TypedDict):
    """The most items that each queue ever held."""

    frames: int
    results: int


class PreflightDict(TypedDict):
    """What was measured before the start; rates in frames a second."""

    sustained_fps: float
    requested_fps: float
    batch_size: int


class RunDict(TypedDict):
    """How the run went; ``achieved_fps`` is ``None`` where nothing was analysed."""

    duration_s: float
    achieved_fps: float | None
    queue_high_water: QueueHighWater
    preflight: PreflightDict | None


class SampleDict(TypedDict):
    """One sample picture; ``png`` is base64, left out where the pictures are kept elsewhere."""

    sequence: int
    class_id: int
    class_name: str
    confidence: float
    png: NotRequired[str]


class ReportDocument(TypedDict):
    """The whole document."""

    format: str
    version: int
    session: str
    dataset: DatasetDict
    classifier: ClassifierDict
    client: ClientDict
    started_at: str
    ended_at: str
    settings: SettingsDict
    ledger: LedgerDict
    summary: SummaryDict
    run: RunDict
    samples: list[SampleDict]


@dataclass(frozen=True, slots=True)
class ReportSample:
    """A sample picture before it is put into a document; ``confidence`` is from 0 to 1."""

    sequence: int
    class_id: int
    class_name: str
    confidence: float
    png: bytes

    def as_dict(self) -> SampleDict:
        """The JSON form."""
        return {
            "sequence": self.sequence,
            "class_id": self.class_id,
            "class_name": self.class_name,
            "confidence": min(self.confidence, 1.0),  # a float32 softmax may pass 1 by rounding
            "png": base64.b64encode(self.png).decode("ascii"),
        }


def build_report(  # pylint: disable=too-many-arguments  # one a part of the document
    *,
    session: UUID,
    dataset: DatasetDict,
    classifier: ClassifierDict,
    client: ClientDict,
    started_at: datetime,
    ended_at: datetime,
    settings: SettingsDict,
    ledger: Ledger,
    summary: SummaryDict,
    run: RunDict,
    samples: Sequence[ReportSample],
) -> ReportDocument:
    """The document of these parts, valid by :func:`validate_report`.

    Args:
        started_at: With a time zone; ``ended_at`` likewise.

    Raises:
        InvalidDocument: a part out of range.
    """
    document: ReportDocument = {
        "format": REPORT_FORMAT,
        "version": REPORT_VERSION,
        "session": str(session),
        "dataset": dataset,
        "classifier": classifier,
        "client": client,
        "started_at": started_at.isoformat(),
        "ended_at": ended_at.isoformat(),
        "settings": settings,
        "ledger": ledger.as_dict(),
        "summary": summary,
        "run": run,
        "samples": [sample.as_dict() for sample in samples],
    }
    validate_report(document)
    return document


@cache
def report_schema() -> dict[str, Any]:
    """The JSON Schema of a report, as read from ``SCHEMA_PATH``."""
    schema: dict[str, Any] = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))
    return schema


def validate_report(document: Mapping[str, Any]) -> None:
    """Let a document pass that the schema takes and whose parts fit each other.

    Beyond the schema: numbers are finite, text can be stored, times exist, loss ranges ascend,
    and the classes of summary and samples are the classifier's.

    Raises:
        InvalidDocument: names the place and the reason.
    """
    bare = _checked_ranges(document)
    # The first error only: to look for the most telling one, all of a hostile document's
    # millions would have to be made.
    error = next(_validator().iter_errors(bare), None)
    if error is not None:
        raise _refusal("/".join(str(part) for part in error.absolute_path), error.message)
    for place, value in _leaves(bare, ()):
        if isinstance(value, float) and not math.isfinite(value):
            raise _refusal(place, f"{value} is no number that JSON knows")
        if isinstance(value, str) and not _storable(value):
            raise _refusal(place, "text holds a NUL or half of a surrogate pair")
    for name in ("started_at", "ended_at"):
        try:
            datetime.fromisoformat(document[name])
        except ValueError as reason:
            raise _refusal(name, str(reason)) from reason
    try:
        losses_from_dict(document["ledger"]["losses"])
    except ValueError as reason:
        raise _refusal("ledger/losses", str(reason)) from reason
    _check_classes(document)


def _checked_ranges(document: Any) -> Any:
    """The document with its loss ranges checked, by the schema's own rules, and left out.

    There may be a hundred thousand of them, on which the validator would spend seconds. What is
    not where the schema wants it stays for the validator to refuse.
    """
    if not isinstance(document, Mapping) or not isinstance(document.get("ledger"), Mapping):
        return document
    ledger = document["ledger"]
    if not isinstance(ledger.get("losses"), Mapping):
        return document
    bare: dict[str, Any] = {}
    for kind, losses in ledger["losses"].items():
        bare[kind] = losses
        if isinstance(losses, list):
            bare[kind] = [
                _without_ranges(loss, f"ledger/losses/{kind}/{index}/ranges")
                for index, loss in enumerate(losses)
            ]
    return {**document, "ledger": {**ledger, "losses": bare}}


def _without_ranges(loss: Any, place: str) -> Any:
    if not isinstance(loss, Mapping) or not isinstance(loss.get("ranges"), list):
        return loss
    ranges = loss["ranges"]
    if len(ranges) > MAX_RANGES:
        raise _refusal(place, f"at most {MAX_RANGES} ranges are taken, got {len(ranges)}")
    for index, one in enumerate(ranges):
        # A bool is an int to Python, and no integer to JSON.
        if not (
            isinstance(one, list)
            and len(one) == 2
            and type(one[0]) is type(one[1]) is int
            and 0 <= one[0] <= one[1] <= _LARGEST_COUNT
        ):
            raise _refusal(f"{place}/{index}", f"{one!r} is no first and last sequence")
    return {**loss, "ranges": []}


def _check_classes(document: Mapping[str, Any]) -> None:
    names = document["classifier"]["class_names"]
    summarised = [one["class_name"] for one in document["summary"]["classes"]]
    if summarised != names:
        raise _refusal("summary/classes", "its class names are not those of the classifier")
    for index, sample in enumerate(document["samples"]):
        class_id = sample["class_id"]
        if class_id >= len(names) or names[class_id] != sample["class_name"]:
            raise _refusal(
                f"samples/{index}",
                f"class {class_id} of the classifier is not {sample['class_name']!r}",
            )


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(report_schema())


def _leaves(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """Every text and number of a document with its place."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, (*path, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, str(index)))
    else:
        yield "/".join(path), value


def _storable(text: str) -> bool:
    """Whether every database takes the text."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _refusal(place: str, reason: str) -> InvalidDocument:
    if len(reason) > _REASON_LENGTH:
        # What was sent comes first in it, what is wrong with it last.
        reason = f"{reason[: _REASON_LENGTH // 2]} … {reason[-_REASON_LENGTH // 2 :]}"
    # What a peer sent may be quoted here, and goes out again as UTF-8.
    reason = reason.encode("utf-8", "backslashreplace").decode("utf-8")
    return InvalidDocument(f"report refused at {place or 'its top'}: {reason}")
