"""streaming.datasets.fashion_mnist.SplitFiles."""

import pytest

from streaming.datasets.fashion_mnist import CLASS_NAMES, FILES, Split, SplitFiles


@pytest.mark.parametrize(("split", "count"), [("train", 60_000), ("test", 10_000)])
def test_names_the_images_and_labels_of_each_split(split: Split, count: int) -> None:
    files = FILES[split]
    assert isinstance(files, SplitFiles)
    assert files.images.shape == (count, 28, 28)
    assert files.labels.shape == (count,)
    assert len({files.images.sha256, files.labels.sha256}) == 2
    assert len(CLASS_NAMES) == 10
