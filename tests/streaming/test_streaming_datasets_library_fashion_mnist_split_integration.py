"""streaming.datasets.library.fashion_mnist_split with the real Fashion-MNIST."""

import numpy as np
import pytest

from streaming.datasets.fashion_mnist import CLASS_NAMES, Split
from streaming.datasets.library import fashion_mnist_split


@pytest.mark.parametrize(
    ("split", "count", "first"),
    [
        pytest.param("train", 60_000, "Ankle boot", id="train"),
        pytest.param("test", 10_000, "Ankle boot", id="test"),
    ],
)
def test_gives_the_published_pictures(split: Split, count: int, first: str) -> None:
    images, labels = fashion_mnist_split(split)
    assert images.shape == (count, 28, 28)
    assert images.dtype == labels.dtype == np.uint8
    assert np.bincount(labels).tolist() == [count // 10] * 10
    assert CLASS_NAMES[labels[0]] == first
    # The mean that is published for normalising the training images is 0.2860.
    assert images.mean() / 255 == pytest.approx(0.286, abs=0.001)
