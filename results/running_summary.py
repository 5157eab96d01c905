"""What predictions add up to, as they come: the summary of a stream, whatever its length (pure)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from results.summary import HISTOGRAM_BINS, ClassSummary, LatencySummary, SummaryDict

_EDGES = [index / HISTOGRAM_BINS for index in range(HISTOGRAM_BINS + 1)]
_PERCENTILES = (50, 95, 99)
_FEW_VALUES = 4096


class RunningSummary:
    """Gives what :func:`results.summary.summarise` gives of all predictions at once; keeps none.

    Counts are the same; means and deviations differ in the last bits, as their sums are formed
    batch by batch (Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for
    Computing Sample Variances", 1979). Latencies are counted by value: memory grows with how many
    different ones there are.

    Args:
        class_count: Number of classes.
    """

    def __init__(self, class_count: int) -> None:
        self._frames = np.zeros(class_count, dtype=np.int64)
        self._means = np.zeros(class_count)
        # Sums of squared deviations from the mean.
        self._squares = np.zeros(class_count)
        self._bins = np.zeros(HISTOGRAM_BINS, dtype=np.int64)
        self._latencies = _Counted()

    def __len__(self) -> int:
        """How many predictions came."""
        return int(self._frames.sum())

    def add(
        self,
        class_ids: NDArray[np.int64],
        confidences: NDArray[np.float32],
        latencies_ms: NDArray[np.float32],
    ) -> None:
        """Take in predictions, none of which came before.

        Args:
            class_ids: ``(N,)``, the predicted classes.
            confidences: ``(N,)``, finite.
            latencies_ms: ``(N,)``, finite.
        """
        exact = confidences.astype(np.float64).clip(0, 1)
        self._merge(class_ids, exact)
        # The inner edges alone: nothing lies outside, and the last bin has its upper edge.
        places = np.searchsorted(_EDGES[1:-1], exact, side="right")
        self._bins += np.bincount(places, minlength=HISTOGRAM_BINS)
        self._latencies.add(latencies_ms)

    def as_dict(self, class_names: Sequence[str]) -> SummaryDict:
        """The summary of what came so far.

        Args:
            class_names: One a class.

        Raises:
            ValueError: another number of names than of classes.
        """
        if len(class_names) != len(self._frames):
            raise ValueError(f"{len(self._frames)} classes need a name each, got {class_names}")
        return {
            "frames": len(self),
            "classes": [self._class(index, name) for index, name in enumerate(class_names)],
            "confidence_histogram": {"edges": list(_EDGES), "counts": self._bins.tolist()},
            "latency_ms": self._latency(),
        }

    def _merge(self, class_ids: NDArray[np.int64], confidences: NDArray[np.float64]) -> None:
        size = len(self._frames)
        frames = np.bincount(class_ids, minlength=size)
        means = np.bincount(class_ids, confidences, minlength=size) / np.maximum(frames, 1)
        squares = np.bincount(class_ids, (confidences - means[class_ids]) ** 2, minlength=size)
        share = frames / np.maximum(self._frames + frames, 1)
        apart = means - self._means
        self._squares += squares + apart**2 * self._frames * share
        self._means += apart * share
        self._frames += frames

    def _class(self, class_id: int, class_name: str) -> ClassSummary:
        frames = int(self._frames[class_id])
        return {
            "class_id": class_id,
            "class_name": class_name,
            "frames": frames,
            "confidence_mean": float(self._means[class_id]) if frames else None,
            "confidence_std": float(np.sqrt(self._squares[class_id] / frames)) if frames else None,
        }

    def _latency(self) -> LatencySummary | None:
        values, counts = self._latencies.counted()
        if len(values) == 0:
            return None
        # How many are no larger than each value.
        ranks = np.cumsum(counts)
        p50, p95, p99 = (_percentile(values, ranks, percent) for percent in _PERCENTILES)
        return {"p50": p50, "p95": p95, "p99": p99, "max": float(values[-1])}


class _Counted:
    """How often each value came, in arrays: a value takes a few bytes, not an object."""

    def __init__(self) -> None:
        self._values = np.zeros(0, dtype=np.float32)
        self._counts = np.zeros(0, dtype=np.int64)
        self._new: list[tuple[NDArray[np.float32], NDArray[np.int64]]] = []
        self._new_values = 0

    def add(self, values: NDArray[np.float32]) -> None:
        """Count these too."""
        some, counts = np.unique(values, return_counts=True)
        self._new.append((some, counts))
        self._new_values += len(some)
        # Merging costs as much as what is there, so it waits until as much is new.
        if self._new_values >= max(_FEW_VALUES, len(self._values)):
            self._merge()

    def counted(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """The different values, ascending, and how often each came."""
        self._merge()
        return self._values.astype(np.float64), self._counts

    def _merge(self) -> None:
        if not self._new:
            return
        values = np.concatenate([self._values, *(values for values, _ in self._new)])
        counts = np.concatenate([self._counts, *(counts for _, counts in self._new)])
        self._values, places = np.unique(values, return_inverse=True)
        # Sums of counts are exact in float64, far beyond what a session has.
        self._counts = np.bincount(places, counts).astype(np.int64)
        self._new.clear()
        self._new_values = 0


def _percentile(values: NDArray[np.float64], ranks: NDArray[np.int64], percent: float) -> float:
    """Linear interpolation between the closest ranks."""
    place = (int(ranks[-1]) - 1) * percent / 100
    below = int(place)
    lower, upper = values[np.searchsorted(ranks, [below, min(below + 1, ranks[-1] - 1)], "right")]
    return float(lower + (upper - lower) * (place - below))
