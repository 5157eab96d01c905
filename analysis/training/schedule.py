"""The learning rate of each step (pure)."""

import math

# A cycle begins at the peak divided by the first and ends at that divided by the second
# (Smith and Topin 2017, in the form that torch's OneCycleLR has by default).
START_DIVISOR = 25.0
END_DIVISOR = 1e4


def one_cycle(step: int, *, total_steps: int, peak: float, warmup_share: float) -> float:
    """The learning rate of a step: along a cosine up to the peak, then along one down to nearly 0.

    A function of the step alone, so that a resumed training needs no schedule's state.

    Args:
        step: from 0 to ``total_steps - 1``.
        total_steps: of the whole training.
        peak: the highest rate.
        warmup_share: of the steps that lead up to the peak, 0 to 1.

    >>> [round(one_cycle(step, total_steps=5, peak=1.0, warmup_share=0.6), 4) for step in range(5)]
    [0.04, 0.52, 1.0, 0.5, 0.0]
    """
    start = peak / START_DIVISOR
    top, last = warmup_share * total_steps - 1, total_steps - 1
    if step < top:
        return _cosine(start, peak, step / top)
    return _cosine(peak, start / END_DIVISOR, (step - top) / (last - top) if last > top else 0.0)


def _cosine(first: float, last: float, done: float) -> float:
    return last + (first - last) / 2.0 * (math.cos(math.pi * done) + 1.0)
