"""Frames of any size and mode, made into what a classifier's card asks for (pure)."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from analysis.classifiers.card import InputFormat

# Pillow's own weights for RGB to grey (ITU-R BT.601), in 16-bit fixed point.
_LUMA = np.array([19595, 38470, 7471], dtype=np.uint32)
_LUMA_HALF = np.uint32(0x8000)


def adjust_images(images: NDArray[np.uint8], wanted: InputFormat) -> NDArray[np.uint8]:
    """The same pictures in the size and mode that a classifier takes.

    Pictures that fit already are returned as they are, without a copy.

    Args:
        images: ``(N, H, W)`` grey or ``(N, H, W, 3)`` RGB, uint8.
        wanted: The input of the classifier's card.

    Returns:
        ``(N, *wanted.image_shape)`` uint8. Grey becomes RGB with three equal channels, RGB
        becomes grey by ITU-R BT.601, sizes change by Pillow's antialiased bilinear filter.
    """
    is_rgb = images.ndim == 4
    if is_rgb and wanted.mode == "L":
        images = _to_grey(images)
    if images.shape[1:3] != (wanted.height, wanted.width):
        images = _resize(images, height=wanted.height, width=wanted.width)
    if not is_rgb and wanted.mode == "RGB":
        images = np.repeat(images[..., np.newaxis], 3, axis=3)
    return images


def _to_grey(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    # (N, H, W, 3) @ (3,) in uint32: 255 * 65536 fits
    grey: NDArray[np.uint8] = ((images @ _LUMA + _LUMA_HALF) >> 16).astype(np.uint8)
    return grey


def _resize(images: NDArray[np.uint8], *, height: int, width: int) -> NDArray[np.uint8]:
    resized = np.empty((len(images), height, width, *images.shape[3:]), dtype=np.uint8)
    for index, image in enumerate(images):
        picture = Image.fromarray(np.ascontiguousarray(image))
        resized[index] = np.asarray(picture.resize((width, height), Image.Resampling.BILINEAR))
    return resized
