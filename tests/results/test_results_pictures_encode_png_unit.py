"""results.pictures.encode_png: pixels as a file."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from results.errors import InvalidRequest
from results.pictures import MAX_SCALE, MAX_SIDE, encode_png


@pytest.mark.parametrize(
    "shape", [pytest.param((5, 7), id="grey"), pytest.param((5, 7, 3), id="colour")]
)
def test_gives_back_the_same_pixels(shape: tuple[int, ...]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    with Image.open(BytesIO(encode_png(picture))) as image:
        assert (np.asarray(image) == picture).all()


def test_enlarges_each_pixel_to_a_square_without_smoothing() -> None:
    picture = np.array([[0, 255]], dtype=np.uint8)
    with Image.open(BytesIO(encode_png(picture, 3))) as image:
        assert np.asarray(image).tolist() == [[0, 0, 0, 255, 255, 255]] * 3


@pytest.mark.parametrize("scale", [pytest.param(0, id="none"), pytest.param(17, id="too much")])
def test_refuses_a_scale_out_of_range(scale: int) -> None:
    with pytest.raises(InvalidRequest, match=f"scale must be 1 to {MAX_SCALE}, got {scale}"):
        encode_png(np.zeros((2, 2), dtype=np.uint8), scale)


def test_refuses_to_make_a_huge_picture() -> None:
    with pytest.raises(InvalidRequest, match=f"the limit is {MAX_SIDE}"):
        encode_png(np.zeros((1, MAX_SIDE), dtype=np.uint8), 2)
