"""Pictures of one set that are almost a picture of another: exact search in pixel space."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image

Images = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

# From here on, two pictures count as almost the same. In Fashion-MNIST, 0.99 finds the same
# article again, in another colour too, and some trousers that merely look alike: rather a few
# too many than too few, since they are only left out.
NEAR_DUPLICATE_CORRELATION = 0.99
# Larger pictures are shrunk to this before they are compared: a copy stays a copy, and the work
# per pair stays bounded.
COMPARED_SIDE = 32
# Pairs are compared in blocks of so many by so many pictures: 16 MB of correlations at once.
BLOCK = 2_000


def nearest_correlations(
    images: Images,
    others: Images,
    *,
    on_block: Callable[[int, int], None] = lambda done, total: None,
) -> Floats:
    """For each picture the correlation with the one of ``others`` that is most like it.

    Pearson's correlation of the pixels, which neither brightness nor contrast changes. A picture
    of one colour correlates with nothing: 0. Every pair is compared, block by block: at most
    12 kB are held for each of ``images``, and little for ``others``.

    Args:
        images, others: uint8 of the same size and mode, (N, H, W) or (N, H, W, 3).
        on_block: called after each block with how many are done and how many there are.

    Returns:
        float32 (N,) from -1 to 1; -1 where ``others`` is empty.

    Raises:
        ValueError: pictures of different shapes.
    """
    if images.shape[1:] != others.shape[1:]:
        raise ValueError(
            f"pictures: expected the same shape, got {images.shape[1:]} and {others.shape[1:]}"
        )
    best = np.full(len(images), -1.0, dtype=np.float32)
    if 0 in (len(images), len(others)):
        return best
    starts = [
        (other, start)
        for other in range(0, len(others), BLOCK)
        for start in range(0, len(images), BLOCK)
    ]
    wanted = _standardised(images)
    known, known_start = np.empty(0, dtype=np.float32), -1
    for done, (other, start) in enumerate(starts, start=1):
        if other != known_start:
            known, known_start = _standardised(others[other : other + BLOCK]), other
        block = slice(start, start + BLOCK)
        np.maximum(best[block], (wanted[block] @ known.T).max(axis=1), out=best[block])
        on_block(done, len(starts))
    return best.clip(-1.0, 1.0)


def _standardised(images: Images) -> Floats:
    """(N, pixels) with mean 0 and length 1, so that a product is a correlation."""
    pixels = _shrunk(images).reshape(len(images), -1).astype(np.float32)
    pixels -= pixels.mean(axis=1, keepdims=True)
    pixels /= np.maximum(np.linalg.norm(pixels, axis=1, keepdims=True), 1e-3)
    return pixels


def _shrunk(images: Images) -> Images:
    height, width = images.shape[1:3]
    if max(height, width) <= COMPARED_SIDE:
        return images
    size_wh = (min(width, COMPARED_SIDE), min(height, COMPARED_SIDE))
    return np.stack(
        [
            np.asarray(Image.fromarray(image).resize(size_wh, Image.Resampling.BOX))
            for image in images
        ]
    )
