"""What a session's predictions add up to, the same computation on both sides (pure)."""

import math
from collections.abc import Iterator, Sequence
from typing import TypedDict

import numpy as np

from results.batches import PredictionBatch

HISTOGRAM_BINS = 20
# Both sides sum the same float32 values in the same order; another machine's or language's
# summation differs in the last bits, a wrong number by far more.
TOLERANCE = 1e-6


class ClassSummary(TypedDict):
    """One predicted class; the confidences are ``None`` where it has no frames."""

    class_id: int
    class_name: str
    frames: int
    confidence_mean: float | None
    confidence_std: float | None


class Histogram(TypedDict):
    """Counts of confidences between edges; the upper edge belongs to the last bin only."""

    edges: list[float]
    counts: list[int]


class LatencySummary(TypedDict):
    """Percentiles from send time to result, milliseconds."""

    p50: float
    p95: float
    p99: float
    max: float


class SummaryDict(TypedDict):
    """The JSON form of a summary; no latency where there are no frames."""

    frames: int
    classes: list[ClassSummary]
    confidence_histogram: Histogram
    latency_ms: LatencySummary | None


def summarise(batch: PredictionBatch, class_names: Sequence[str]) -> SummaryDict:
    """Frames and confidence by predicted class, the confidence histogram and latencies.

    The order of the rows does not matter. The standard deviation is that of the population
    (divided by N); percentiles interpolate linearly between the closest ranks.

    Args:
        batch: All predictions of a session, none twice.
        class_names: One a column of the probabilities.

    Raises:
        ValueError: another number of class names than of columns.
    """
    if batch.probabilities.shape != (len(batch), len(class_names)):
        raise ValueError(
            f"{len(batch)} frames of {len(class_names)} classes need probabilities of that "
            f"shape, got {batch.probabilities.shape}"
        )
    order = np.argsort(batch.sequences, kind="stable")
    confidences = batch.confidences[order].astype(np.float64).clip(0, 1)
    class_ids = batch.class_ids[order] if len(batch) else np.zeros(0, dtype=np.int64)
    classes: list[ClassSummary] = []
    for class_id, class_name in enumerate(class_names):
        of_class = confidences[class_ids == class_id]
        classes.append(
            {
                "class_id": class_id,
                "class_name": class_name,
                "frames": len(of_class),
                "confidence_mean": float(of_class.mean()) if len(of_class) else None,
                "confidence_std": float(of_class.std()) if len(of_class) else None,
            }
        )
    edges = [index / HISTOGRAM_BINS for index in range(HISTOGRAM_BINS + 1)]
    counts, _ = np.histogram(confidences, bins=edges)
    return {
        "frames": len(batch),
        "classes": classes,
        "confidence_histogram": {"edges": edges, "counts": counts.tolist()},
        "latency_ms": _latency(batch),
    }


def compare(claimed: SummaryDict, computed: SummaryDict, tolerance: float = TOLERANCE) -> list[str]:
    """Each number in which two summaries differ, as a sentence; empty if they agree.

    Args:
        tolerance: By how much fractions and milliseconds may differ, relative to the larger and
            absolute; counts and names may not differ at all.
    """
    left, right = dict(_numbers(claimed)), dict(_numbers(computed))
    return [
        f"{name} is {_shown(left.get(name))}, computed from the stored predictions "
        f"it is {_shown(right.get(name))}"
        for name in {**left, **right}
        if not _same(left.get(name), right.get(name), tolerance)
    ]


_Number = int | float | str | None


def _latency(batch: PredictionBatch) -> LatencySummary | None:
    if len(batch) == 0:
        return None
    latencies = batch.latencies_ms.astype(np.float64)
    p50, p95, p99 = np.percentile(latencies, [50, 95, 99])
    return {
        "p50": float(p50),
        "p95": float(p95),
        "p99": float(p99),
        "max": float(latencies.max()),
    }


def _numbers(summary: SummaryDict) -> Iterator[tuple[str, _Number]]:
    """Every leaf of a summary with the name that a person would give it."""
    yield "frames", summary["frames"]
    for index, one in enumerate(summary["classes"]):
        yield f"class_id of class {index}", one["class_id"]
        yield f"class_name of class {index}", one["class_name"]
        yield f"frames of class {index}", one["frames"]
        yield f"confidence_mean of class {index}", one["confidence_mean"]
        yield f"confidence_std of class {index}", one["confidence_std"]
    histogram = summary["confidence_histogram"]
    for index, edge in enumerate(histogram["edges"]):
        yield f"edge {index} of the confidence histogram", edge
    for index, count in enumerate(histogram["counts"]):
        yield f"bin {index} of the confidence histogram", count
    latency = summary["latency_ms"]
    if latency is not None:
        yield "p50 of latency_ms", latency["p50"]
        yield "p95 of latency_ms", latency["p95"]
        yield "p99 of latency_ms", latency["p99"]
        yield "max of latency_ms", latency["max"]


def _same(left: _Number, right: _Number, tolerance: float) -> bool:
    if isinstance(left, float) and isinstance(right, int | float):
        return math.isclose(left, right, rel_tol=tolerance, abs_tol=tolerance)
    if isinstance(right, float) and isinstance(left, int):
        return math.isclose(left, right, rel_tol=tolerance, abs_tol=tolerance)
    return left == right


def _shown(value: _Number) -> str:
    return "absent" if value is None else repr(value)
