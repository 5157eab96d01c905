"""Sample pictures with the result written into them."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from results.samples import CAPTION_HEIGHT, PICTURE_SIDE, check_png, render_sample


def _pixels(png: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture)


def test_enlarges_each_pixel_to_a_square() -> None:
    image = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    pixels = _pixels(render_sample(image, class_name="Bag", confidence=0.5))
    assert pixels.shape == (PICTURE_SIDE + CAPTION_HEIGHT, PICTURE_SIDE)
    assert np.array_equal(pixels[:PICTURE_SIDE], np.kron(image, np.ones((8, 8), dtype=np.uint8)))


def test_keeps_colour() -> None:
    image = np.zeros((32, 32, 3), dtype=np.uint8)
    image[..., 1] = 200
    pixels = _pixels(render_sample(image, class_name="Bag", confidence=0.5))
    assert pixels[0, 0].tolist() == [0, 200, 0]


def test_writes_the_result_below_the_picture() -> None:
    image = np.full((28, 28), 90, dtype=np.uint8)
    captions = {
        _pixels(render_sample(image, class_name=name, confidence=confidence))[
            PICTURE_SIDE:
        ].tobytes()
        for name, confidence in [("Bag", 0.5), ("Bag", 0.6), ("Coat", 0.5)]
    }
    assert len(captions) == 3
    assert all(max(caption) > 200 for caption in captions)


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param((1, 1), id="one-pixel"),
        pytest.param((28, 4), id="narrow"),
        pytest.param((4, 28, 3), id="flat"),
        pytest.param((225, 10), id="just-too-large"),
        pytest.param((2000, 1500, 3), id="large"),
    ],
)
def test_is_of_a_like_size_whatever_comes(shape: tuple[int, ...]) -> None:
    image = np.zeros(shape, dtype=np.uint8)
    height, width = _pixels(render_sample(image, class_name="Bag", confidence=1)).shape[:2]
    assert width == PICTURE_SIDE
    assert height <= PICTURE_SIDE + CAPTION_HEIGHT


def test_a_long_name_is_cut_inside_the_picture() -> None:
    image = np.zeros((28, 28), dtype=np.uint8)
    pixels = _pixels(render_sample(image, class_name="Long name " * 20, confidence=0.123))
    assert pixels[:, :3].max() == 0
    assert pixels[:, -3:].max() == 0


def test_passes_its_own_check() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (224, 224, 3), dtype=np.uint8)
    check_png(render_sample(noise, class_name="Bag", confidence=0.5))


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(np.zeros((28, 28), dtype=np.float32), id="float"),
        pytest.param(np.zeros((28, 28, 4), dtype=np.uint8), id="four-channels"),
        pytest.param(np.zeros(28, dtype=np.uint8), id="one-axis"),
    ],
)
def test_refuses_what_is_no_picture(image: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="a picture is"):
        render_sample(image, class_name="Bag", confidence=0.5)
