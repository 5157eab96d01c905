"""Pictures out and in: a frame's pixels as a PNG file, and files from anywhere (pure)."""

import warnings
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from results.errors import InvalidRequest

# What cameras, phones and the web make. Each format more is one more decoder for strangers' bytes.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
MAX_FILE_BYTES = 256 * 1024 * 1024
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


def open_picture(
    source: Path | bytes,
    *,
    max_pixels: int,
    formats: tuple[str, ...] = FORMATS,
    max_bytes: int = MAX_FILE_BYTES,
) -> Image.Image:
    """The picture in a file that nobody vouches for, decoded; of several in one file, the first.

    Its length, its format and the size that it claims are looked at before a pixel is decoded, so
    that memory is in proportion to ``max_bytes`` and ``max_pixels`` whatever the file holds.

    Args:
        source: The file, or its bytes.
        max_pixels: Width times height, at most.
        formats: Those that are let through, by Pillow's names; a file's name says nothing.
        max_bytes: The file's length, at most.

    Raises:
        ValueError: too long, too large, of another format, or damaged; says which.
        OSError: the file is not there, or may not be read.
    """
    size_bytes = source.stat().st_size if isinstance(source, Path) else len(source)
    if size_bytes > max_bytes:
        raise ValueError(f"expected at most {max_bytes} bytes, got {size_bytes}")
    with source.open("rb") if isinstance(source, Path) else BytesIO(source) as file:
        try:
            return _decoded(file, max_pixels, formats)
        except _TooLarge as error:
            raise ValueError(str(error)) from error
        except UnidentifiedImageError as error:
            raise ValueError(f"expected {_either(formats)}, got something else") from error
        # pylint: disable-next=broad-exception-caught  # decoders raise what they stumble over
        except Exception as error:
            raise ValueError(f"no readable {_either(formats)}: {error}") from error


def _either(formats: Sequence[str]) -> str:
    *others, last = formats
    return f"{', '.join(others)} or {last}" if others else last


class _TooLarge(Exception):
    """A picture of too many pixels."""


def _decoded(file: IO[bytes], max_pixels: int, formats: tuple[str, ...]) -> Image.Image:
    with warnings.catch_warnings():
        # Pillow warns of what it finds large, and raises at twice of that; this limit is ours.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            picture = Image.open(file, formats=formats)
        except Image.DecompressionBombError as error:
            raise _TooLarge(f"expected at most {max_pixels} pixels: {error}") from error
    # Of the size that Pillow will decode: a file may name several, and the first need not count.
    if picture.width * picture.height > max_pixels:
        raise _TooLarge(
            f"expected at most {max_pixels} pixels, got {picture.width} x {picture.height}"
        )
    picture.load()
    return picture
