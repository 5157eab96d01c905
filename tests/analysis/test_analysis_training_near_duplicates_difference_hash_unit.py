"""The hash stays nearly the same when a picture is saved anew, and differs between pictures."""

import io

import numpy as np
import pytest
from PIL import Image

from analysis.training.near_duplicates import MAX_SHARE, difference_hash
from tests.analysis.picture_folders import photograph


def _share(first: Image.Image, second: Image.Image) -> float:
    """Of the bits that either has, those that differ."""
    one, other = (difference_hash(np.asarray(picture)) for picture in (first, second))
    differing = int(np.bitwise_count(one ^ other).sum())
    return differing / max(1, int(np.bitwise_count(one | other).sum()))


def test_tells_where_it_gets_darker_to_the_right_and_downwards() -> None:
    falling = np.repeat(np.linspace(255, 0, 90).astype(np.uint8)[None], 90, axis=0)
    everywhere, nowhere = np.uint64(2**64 - 1), np.uint64(0)
    assert difference_hash(falling).tolist() == [everywhere, nowhere]
    assert difference_hash(np.ascontiguousarray(falling.T)).tolist() == [nowhere, everywhere]
    assert difference_hash(np.ascontiguousarray(falling[:, ::-1])).tolist() == [0, 0]


def test_takes_noise_on_a_plain_picture_for_nothing() -> None:
    noise = np.random.default_rng(0).integers(127, 129, size=(90, 90), dtype=np.uint8)
    assert difference_hash(noise).tolist() == [0, 0]


@pytest.mark.parametrize("seed", range(5))
def test_knows_a_picture_that_was_saved_smaller(seed: int) -> None:
    picture = photograph(seed, size_wh=(120, 90))
    buffer = io.BytesIO()
    picture.resize((100, 75)).save(buffer, "JPEG", quality=70)
    assert _share(picture, Image.open(buffer)) <= MAX_SHARE
    assert _share(picture, photograph(seed + 100, size_wh=(120, 90))) > 3 * MAX_SHARE


def test_is_the_same_for_grey_and_its_colours() -> None:
    grey = photograph(1).convert("L")
    assert _share(grey, grey.convert("RGB")) == 0.0
