"""What rows add up to, as they come: digests, summary and metrics, in flat memory (pure)."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from results.blocks import NO_LABEL
from results.exports.manifest import ExportRows, RowDigests
from results.measuring.metrics import Metrics, measure
from results.running_summary import RunningSummary
from results.summary import SummaryDict


class Tallied(TypedDict):
    """The part of a manifest that its rows give."""

    rows: int
    rows_sha256: str
    row_digests: list[str]
    summary: SummaryDict
    metrics: Metrics


class RowTally:
    """Counts rows for a manifest.

    Args:
        class_names: Of predictions and labels.
    """

    def __init__(self, class_names: Sequence[str]) -> None:
        self._class_names = class_names
        size = len(class_names)
        self._digests = RowDigests()
        self._summary = RunningSummary(size)
        self._confusion: NDArray[np.int64] = np.zeros((size, size), dtype=np.int64)

    def add(self, rows: ExportRows) -> int | None:
        """Take in these rows.

        Returns:
            The sequence of the first that cannot be added up, as it has a class that there is
            not or a number that is none; ``None`` where all can. Such rows are in the digests.
        """
        self._digests.add(rows)
        sound = self._sound(rows)
        kept = rows[sound]
        self._summary.add(
            kept["class_id"].astype(np.int64),
            kept["confidence"].astype(np.float32),
            kept["latency_ms"].astype(np.float32),
        )
        labelled = kept[kept["label"] != NO_LABEL]
        np.add.at(self._confusion, (labelled["label"], labelled["class_id"]), 1)
        return None if sound.all() else int(rows["sequence"][~sound][0])

    def tallied(self) -> Tallied:
        """What came so far."""
        return {
            "rows": len(self._digests),
            "rows_sha256": self._digests.all(),
            "row_digests": self._digests.parts(),
            "summary": self._summary.as_dict(self._class_names),
            "metrics": measure(self._confusion, self._class_names),
        }

    def _sound(self, rows: ExportRows) -> NDArray[np.bool_]:
        """Which rows can be added up, ``(N,)`` bool."""
        size = len(self._class_names)
        in_range = (rows["label"] < size) | (rows["label"] == NO_LABEL)
        finite = np.isfinite(rows["confidence"]) & np.isfinite(rows["latency_ms"])
        fits: NDArray[np.bool_] = in_range & finite & (rows["class_id"] < size)
        return fits
