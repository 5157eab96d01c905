"""A frame's pixels as a PNG file (pure)."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from results.errors import InvalidRequest

MAX_SCALE = 16
MAX_SIDE = 4096  # pixels of the enlarged picture; bounds what one request can cost


def encode_png(picture: NDArray[np.uint8], scale: int = 1) -> bytes:
    """The picture as a PNG file, each pixel enlarged to a square without smoothing.

    Args:
        picture: ``(H, W)`` grey or ``(H, W, 3)`` RGB, uint8.
        scale: The side of the square, 1 to :data:`MAX_SCALE`.

    Raises:
        InvalidRequest: a scale out of range, or one that makes a side longer than
            :data:`MAX_SIDE` pixels.
    """
    if not 1 <= scale <= MAX_SCALE:
        raise InvalidRequest(f"scale must be 1 to {MAX_SCALE}, got {scale}")
    side = max(picture.shape[:2]) * scale
    if scale > 1 and side > MAX_SIDE:
        raise InvalidRequest(
            f"scale {scale} makes the picture {side} pixels long; the limit is {MAX_SIDE}"
        )
    enlarged = picture.repeat(scale, axis=0).repeat(scale, axis=1)
    file = BytesIO()
    Image.fromarray(enlarged).save(file, format="PNG")
    return file.getvalue()
