"""Frames of any size and mode for a classifier's input."""

from typing import Literal

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from analysis.classifiers.card import InputFormat
from analysis.preprocessing import adjust_images


def _wanted(height: int, width: int, mode: Literal["L", "RGB"]) -> InputFormat:
    channels = len(mode) if mode == "RGB" else 1
    return InputFormat(
        height=height, width=width, mode=mode, mean=(0.5,) * channels, std=(0.5,) * channels
    )


def _noise(*shape: int) -> npt.NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


@pytest.mark.parametrize(
    ("shape", "mode"),
    [pytest.param((3, 6, 4), "L", id="grey"), pytest.param((3, 6, 4, 3), "RGB", id="RGB")],
)
def test_returns_pictures_that_fit_as_they_are(
    shape: tuple[int, ...], mode: Literal["L", "RGB"]
) -> None:
    images = _noise(*shape)
    assert adjust_images(images, _wanted(6, 4, mode)) is images


def test_makes_grey_of_rgb_exactly_as_pillow_does() -> None:
    images = _noise(2, 32, 32, 3)
    expected = np.stack([np.asarray(Image.fromarray(one).convert("L")) for one in images])
    np.testing.assert_array_equal(adjust_images(images, _wanted(32, 32, "L")), expected)


def test_keeps_white_white() -> None:
    white = np.full((1, 2, 2, 3), 255, dtype=np.uint8)
    assert adjust_images(white, _wanted(2, 2, "L")).min() == 255


def test_makes_rgb_of_grey_with_equal_channels() -> None:
    images = _noise(2, 5, 7)
    adjusted = adjust_images(images, _wanted(5, 7, "RGB"))
    assert adjusted.shape == (2, 5, 7, 3)
    for channel in range(3):
        np.testing.assert_array_equal(adjusted[..., channel], images)


@pytest.mark.parametrize(
    ("height", "width"), [pytest.param(4, 3, id="smaller"), pytest.param(20, 31, id="larger")]
)
@pytest.mark.parametrize("channels", [1, 3])
def test_changes_sizes_as_pillow_does(height: int, width: int, channels: int) -> None:
    images = _noise(3, 8, 10) if channels == 1 else _noise(3, 8, 10, 3)
    mode: Literal["L", "RGB"] = "L" if channels == 1 else "RGB"
    adjusted = adjust_images(images, _wanted(height, width, mode))
    expected = np.stack(
        [
            np.asarray(Image.fromarray(one).resize((width, height), Image.Resampling.BILINEAR))
            for one in images
        ]
    )
    np.testing.assert_array_equal(adjusted, expected)


def test_changes_size_and_mode_together() -> None:
    assert adjust_images(_noise(2, 8, 8, 3), _wanted(28, 28, "L")).shape == (2, 28, 28)
    assert adjust_images(_noise(2, 8, 8), _wanted(28, 28, "RGB")).shape == (2, 28, 28, 3)
