"""A histogram that costs next to nothing a value: it sorts them into buckets many at once."""

import threading
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

# Values that wait to be sorted, 8 bytes each.
MAX_WAITING = 4096


class BulkHistogram(Collector):
    """Counts values by bucket, as prometheus_client's histogram does one by one.

    Threads may share one.

    Args:
        name: Of the metric, with its unit.
        documentation: What is measured, in a sentence.
        bounds: The upper bound of each bucket, ascending; a value equal to one belongs to it.
            Above the last there is one more, without bound.
    """

    def __init__(self, name: str, documentation: str, bounds: Sequence[float]) -> None:
        self._name = name
        self._documentation = documentation
        self._bounds = np.asarray(bounds, dtype=np.float64)
        self._counts = np.zeros(len(bounds) + 1, dtype=np.int64)
        self._sum = 0.0
        self._waiting: list[float] = []
        self._lock = threading.Lock()

    def observe(self, *values: float) -> None:
        """Count finite values."""
        with self._lock:
            self._waiting.extend(values)
            if len(self._waiting) >= MAX_WAITING:
                self._sort(np.array(self._waiting))
                self._waiting.clear()

    def observe_array(self, values: NDArray[np.floating]) -> None:
        """Count ``(N,)`` finite values."""
        with self._lock:
            self._sort(values)

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """The counts so far, as Prometheus takes them: each bucket with all below it."""
        with self._lock:
            self._sort(np.array(self._waiting))
            self._waiting.clear()
            reached, total = np.cumsum(self._counts).tolist(), self._sum
        bounds = [*(str(bound) for bound in self._bounds.tolist()), "+Inf"]
        yield HistogramMetricFamily(
            self._name,
            self._documentation,
            buckets=list(zip(bounds, reached, strict=True)),
            sum_value=total,
        )

    def _sort(self, values: NDArray[np.floating]) -> None:
        found = np.searchsorted(self._bounds, values, side="left")
        self._counts += np.bincount(found, minlength=len(self._counts))
        self._sum += float(values.sum(dtype=np.float64))
