"""bench.pages_figures.percentile."""

import pytest

from bench.pages_figures import percentile


def test_interpolates_between_the_closest() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 50) == pytest.approx(2.5)
    assert percentile([7.0], 95) == 7.0
