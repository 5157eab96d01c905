"""The datasets of this installation: what the settings say about where they are."""

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from streaming.datasets.fashion_mnist import Sources, Split, load_split


def fashion_mnist_split(split: Split) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The pictures and labels of one split, from wherever this installation finds them.

    Returns:
        Images (N, 28, 28) uint8 and labels (N,) uint8, indices of ``CLASS_NAMES``.

    Raises:
        DatasetUnavailable: no place has valid files; lists what was tried and what to do.
    """
    sources = Sources(
        cache=settings.VAR_DIR / "cache" / "fashion-mnist", chosen=settings.FASHION_MNIST_DIR
    )
    return load_split(split, sources=sources)
