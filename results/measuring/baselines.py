"""What a classifier's card says of its answers where it was measured (pure).

A card comes from a client, and nothing in it but its size was looked at when it came.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from results.summary import HISTOGRAM_BINS

MOST_IMAGES = 2**53


@dataclass(frozen=True, slots=True)
class Baseline:
    """How a classifier answered there.

    Attributes:
        dataset, part: where.
        class_counts: pictures taken for each class.
        confidence_counts: pictures by the top class's confidence, in 20 equal bins.
    """

    dataset: str
    part: str
    class_counts: tuple[int, ...]
    confidence_counts: tuple[int, ...]

    @property
    def images(self) -> int:
        """How many pictures it was measured on."""
        return sum(self.class_counts)


def baseline_of(record: object, class_count: int) -> Baseline | None:
    """The baseline that stands as ``baseline`` in a card; ``None`` where it is none.

    Args:
        record: As it was parsed from JSON, whatever it is.
        class_count: How many classes the classifier has.
    """
    if not isinstance(record, Mapping):
        return None
    class_counts = _counts(record.get("class_counts"), class_count)
    confidence_counts = _counts(record.get("confidence_counts"), HISTOGRAM_BINS)
    if class_counts is None or confidence_counts is None:
        return None
    return Baseline(
        dataset=str(record.get("dataset", ""))[:200],
        part=str(record.get("part", ""))[:50],
        class_counts=class_counts,
        confidence_counts=confidence_counts,
    )


def _counts(values: Any, size: int) -> tuple[int, ...] | None:
    if not isinstance(values, list) or len(values) != size:
        return None
    # True is an int, which no count is.
    if any(isinstance(value, bool) or not isinstance(value, int) for value in values):
        return None
    if not all(0 <= value <= MOST_IMAGES for value in values):
        return None
    return tuple(values) if any(values) else None
