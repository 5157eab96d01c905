"""Mean and deviation agree with numpy's own."""

import numpy as np
import pytest

from analysis.training.data import measure_normalisation
from tests.analysis.tiny_models import noise


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_agrees_with_numpy(mode: str) -> None:
    images = noise(20, mode)
    images[..., :4] //= 3
    channels = 1 if mode == "L" else 3
    pixels = images.reshape(-1, channels) / 255
    mean, std = measure_normalisation(images)
    assert mean == pytest.approx(pixels.mean(axis=0), abs=6e-5)
    assert std == pytest.approx(pixels.std(axis=0), abs=6e-5)


def test_gives_pictures_of_one_colour_a_deviation_to_divide_by() -> None:
    assert measure_normalisation(np.full((2, 3, 3), 255, np.uint8)) == ((1.0,), (0.001,))
