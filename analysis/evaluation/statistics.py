"""How far a measured accuracy may be from the true one, and how much it varies over seeds."""

import math
from collections.abc import Sequence

# The standard normal distribution has 95 % of its mass between minus and plus this.
Z_95 = 1.959963984540054


def wilson_interval(right: int, total: int, *, z: float = Z_95) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927), which stays within 0 and 1.

    ``(p + z² / 2n ± z * sqrt(p (1 - p) / n + z² / 4n²)) / (1 + z² / n)``. It covers the chance of
    the test pictures, not that of the training: for the latter see ``mean_and_deviation``.

    Args:
        right: how many succeeded.
        total: of how many.
        z: quantile of the normal distribution; the default gives 95 %.

    Raises:
        ValueError: ``total`` below 1, or ``right`` not between 0 and ``total``.

    >>> low, high = wilson_interval(9600, 10_000)
    >>> f"{low:.4f} to {high:.4f}"
    '0.9560 to 0.9637'
    """
    if total < 1 or not 0 <= right <= total:
        raise ValueError(f"share: expected 0 to total of at least 1, got {right} of {total}")
    share = right / total
    shrink = 1.0 + z * z / total
    centre = (share + z * z / (2 * total)) / shrink
    half = z * math.sqrt(share * (1.0 - share) / total + z * z / (4.0 * total * total)) / shrink
    return max(0.0, centre - half), min(1.0, centre + half)


def mean_and_deviation(values: Sequence[float]) -> tuple[float, float | None]:
    """Mean and sample standard deviation (n - 1); the latter is None for a single value.

    Raises:
        ValueError: no values.

    >>> mean_and_deviation([0.5, 0.75])
    (0.625, 0.1767766952966369)
    """
    if not values:
        raise ValueError("values: expected at least 1, got 0")
    mean = math.fsum(values) / len(values)
    if len(values) == 1:
        return mean, None
    squares = math.fsum((value - mean) ** 2 for value in values)
    return mean, math.sqrt(squares / (len(values) - 1))
