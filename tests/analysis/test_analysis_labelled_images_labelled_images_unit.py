"""Pictures and labels are checked once, where they come together."""

import hashlib
from typing import Any, Literal

import numpy as np
import pytest

from analysis.classifiers.card import InputFormat
from analysis.errors import TrainingError
from analysis.labelled_images import LabelledImages
from analysis.preprocessing import adjust_images
from tests.analysis.tiny_models import noise, stripes


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("RGB", 3)])
def test_knows_length_and_channels(mode: str, channels: int) -> None:
    part = LabelledImages(noise(4, mode), np.zeros(4, dtype=np.int64), ("a",))
    assert (len(part), part.channels) == (4, channels)


@pytest.mark.parametrize(("mode", "wanted"), [("L", "RGB"), ("RGB", "L"), ("L", "L")])
def test_is_adjusted_as_before_classifying(mode: str, wanted: Literal["L", "RGB"]) -> None:
    part = LabelledImages(noise(4, mode), np.zeros(4, dtype=np.int64), ("a",))
    channels = len(wanted)
    format_ = InputFormat(
        height=4, width=6, mode=wanted, mean=(0.0,) * channels, std=(1.0,) * channels
    )
    adjusted = part.adjusted(format_)
    assert adjusted.mode == wanted and adjusted.labels is part.labels
    assert np.array_equal(adjusted.images, adjust_images(part.images, format_))


def test_can_be_followed_by_more() -> None:
    part = stripes(9)
    both = part.take(np.arange(4)).with_more(part.take(np.arange(4, 9)))
    assert both.sha256() == part.sha256() and both.class_names == part.class_names


def test_takes_some_in_the_order_asked_for() -> None:
    part = stripes(9)
    some = part.take(np.array([5, 0]))
    assert np.array_equal(some.images, part.images[[5, 0]])
    assert some.labels.tolist() == [2, 0]
    assert some.class_names == part.class_names


def test_hashes_pixels_then_labels() -> None:
    part = stripes(6)
    expected = hashlib.sha256(part.images.tobytes() + bytes([0, 1, 2, 0, 1, 2])).hexdigest()
    assert part.sha256() == expected
    assert part.take(np.array([1, 0, 2, 3, 4, 5])).sha256() != expected


def test_hashes_the_same_in_any_order() -> None:
    part = stripes(9)
    turned = part.take(np.arange(9)[::-1])
    assert turned.sha256() != part.sha256()
    assert turned.sha256_in_any_order() == part.sha256_in_any_order()
    twice = part.take(np.array([0, 0, 1, 2, 3, 4, 5, 6, 7, 8]))
    relabelled = LabelledImages(part.images, np.roll(part.labels, 1), part.class_names)
    for other in (part.take(np.arange(8)), twice, relabelled, stripes(9, seed=1)):
        assert other.sha256_in_any_order() != part.sha256_in_any_order()


def test_may_be_empty() -> None:
    assert len(LabelledImages(noise(0), np.zeros(0, dtype=np.int64), ("a",))) == 0


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        pytest.param(noise(2).astype(float), [0, 0], "got float64 of shape", id="floats"),
        pytest.param(noise(2)[..., None], [0, 0], r"got uint8 of shape \(2, 8, 10, 1\)", id="1ch"),
        pytest.param(noise(2), [0], r"expected int64 of shape \(2,\), got int64", id="too few"),
        pytest.param(noise(2), [0.0, 1.0], r"got float64 of shape \(2,\)", id="float labels"),
        pytest.param(noise(2), [0, 2], "expected 0 to 1, got 0 to 2", id="nameless label"),
        pytest.param(noise(2), [-1, 0], "expected 0 to 1, got -1 to 0", id="negative label"),
    ],
)
def test_refuses(images: Any, labels: Any, message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        LabelledImages(images, np.array(labels), ("a", "b"))
