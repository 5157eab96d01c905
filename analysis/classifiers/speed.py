"""How fast a classifier is here, in the batch sizes of a live stream."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.classifiers.interface import ImageClassifier

# What queues up while a stream runs faster than single pictures can be classified.
LIVE_BATCH = 64


@dataclass(frozen=True)
class SustainedRate:
    """What was measured.

    Attributes:
        images_per_second: in batches of ``batch_size``.
        batch_size: pictures at once.
        single_image_p50_ms: half of all single pictures took no longer.
        single_image_p99_ms: of a hundred single pictures, one took longer.
    """

    images_per_second: float
    batch_size: int
    single_image_p50_ms: float
    single_image_p99_ms: float


def sustained_rate(
    classifier: ImageClassifier,
    *,
    seconds: float = 1.0,
    clock: Callable[[], float] = time.perf_counter,
) -> SustainedRate:
    """Classify noise for that long, half of it picture by picture and half in batches.

    Args:
        classifier: anything that predicts.
        seconds: altogether; each half takes at least one prediction, however long it takes.
        clock: seconds, never going back.
    """
    rng = np.random.default_rng(0)
    shape = (LIVE_BATCH, *classifier.card.input.image_shape)
    images = rng.integers(0, 256, size=shape, dtype=np.uint8)
    classifier.predict(images)  # what a first time costs is not sustained

    single_ms: list[float] = []
    started = now = clock()
    while not single_ms or now - started < seconds / 2:
        before = now
        which = len(single_ms) % LIVE_BATCH
        classifier.predict(images[which : which + 1])
        now = clock()
        single_ms.append((now - before) * 1000.0)

    done = 0
    started = now = clock()
    while not done or now - started < seconds / 2:
        classifier.predict(images)
        done += LIVE_BATCH
        now = clock()
    p50, p99 = np.percentile(single_ms, [50, 99])
    return SustainedRate(
        # A clock too coarse to see the batches pass must not divide by 0.
        images_per_second=done / max(now - started, 1e-9),
        batch_size=LIVE_BATCH,
        single_image_p50_ms=float(p50),
        single_image_p99_ms=float(p99),
    )
