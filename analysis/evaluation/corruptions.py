"""Pictures made worse on purpose, to see how a classifier bears it. Pure, and the same by seed.

Six kinds at five strengths each. Lengths are shares of the shorter side, so that the strengths
mean the same for pictures of any size. Where a direction is left to chance (shift, turn, brighter
or darker), it is drawn for each picture by the seed. What comes in from outside the picture is 0.
"""

import math
from collections.abc import Callable, Mapping
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

Kind = Literal["noise", "blur", "shift", "rotation", "brightness", "contrast"]
Images = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

KINDS: tuple[Kind, ...] = get_args(Kind)
# From weak to strong:
STRENGTHS: Mapping[Kind, tuple[float, ...]] = {
    "noise": (10.0, 20.0, 30.0, 45.0, 60.0),  # standard deviation in grey levels
    "blur": (0.015, 0.025, 0.035, 0.05, 0.07),  # Gaussian's deviation, share of the shorter side
    "shift": (0.04, 0.07, 0.11, 0.14, 0.18),  # share of the shorter side, to whole pixels
    "rotation": (5.0, 10.0, 15.0, 22.0, 30.0),  # degrees, either way
    "brightness": (25.0, 45.0, 65.0, 85.0, 105.0),  # grey levels added or taken
    "contrast": (0.75, 0.55, 0.4, 0.25, 0.15),  # what is left of the distance to the mean
}
# Pictures are worked on in float32 by so many at once, to bound memory.
CHUNK_PIXELS = 4_000_000


def corrupt(images: Images, kind: Kind, strength: int, *, seed: int) -> Images:
    """The pictures under one kind of corruption.

    Args:
        images: uint8, (N, H, W) or (N, H, W, 3); not changed.
        kind: one of ``KINDS``.
        strength: 1 to 5, an index into ``STRENGTHS`` counted from 1.
        seed: the same seed, kind, strength and pictures give the same result, whatever was
            corrupted before; a picture's chance depends on its position, not on the strength.

    Returns:
        uint8 of the same shape.

    Raises:
        ValueError: another kind or strength.
    """
    if kind not in STRENGTHS or not 1 <= strength <= len(STRENGTHS[kind]):
        raise ValueError(
            f"corruption: expected one of {', '.join(KINDS)} at strength 1 to 5, "
            f"got {kind!r} at {strength}"
        )
    amount = STRENGTHS[kind][strength - 1]
    # Not of the strength: a picture goes the same way at each, and worse is only stronger.
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    result = np.empty_like(images)
    count = max(1, CHUNK_PIXELS // max(1, math.prod(images.shape[1:])))
    for start in range(0, len(images), count):
        chunk = images[start : start + count]
        changed = _CORRUPTIONS[kind](chunk, amount, rng)
        result[start : start + count] = np.clip(np.rint(changed), 0, 255)
    return result


def _noise(images: Images, deviation: float, rng: np.random.Generator) -> Floats:
    added = rng.standard_normal(images.shape, dtype=np.float32)
    added *= deviation
    added += images
    return added


def _blur(images: Images, share: float, _: np.random.Generator) -> Floats:
    sigma = share * min(images.shape[1:3])
    reach = max(1, math.ceil(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel = (kernel / kernel.sum()).astype(np.float32)
    blurred = images.astype(np.float32)
    for axis in (1, 2):
        side = blurred.shape[axis]
        padding = [(reach, reach) if which == axis else (0, 0) for which in range(blurred.ndim)]
        padded = np.pad(blurred, padding)
        parts = (
            weight * np.take(padded, np.arange(offset, offset + side), axis=axis)
            for offset, weight in enumerate(kernel)
        )
        blurred = sum(parts, np.zeros_like(blurred))
    return blurred


def _shift(images: Images, share: float, rng: np.random.Generator) -> Floats:
    height, width = images.shape[1:3]
    pixels = max(1, round(share * min(height, width)))
    directions = np.array([(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1) if y or x])
    chosen = rng.integers(0, len(directions), size=len(images))
    shifted = np.zeros(images.shape, dtype=np.float32)
    for which, (down, right) in enumerate(directions * pixels):
        moved = np.flatnonzero(chosen == which)
        into = (
            slice(max(0, down), height + min(0, down)),
            slice(max(0, right), width + min(0, right)),
        )
        out_of = (
            slice(max(0, -down), height + min(0, -down)),
            slice(max(0, -right), width + min(0, -right)),
        )
        shifted[(moved, *into)] = images[(moved, *out_of)]
    return shifted


def _rotation(images: Images, degrees: float, rng: np.random.Generator) -> Floats:
    is_left = rng.random(len(images)) < 0.5
    turned = np.empty(images.shape, dtype=np.float32)
    turned[is_left] = _turned(images[is_left], degrees)
    turned[~is_left] = _turned(images[~is_left], -degrees)
    return turned


def _turned(images: Images, degrees: float) -> Floats:
    """All pictures turned about their middle, each pixel between its four origins (bilinear)."""
    height, width = images.shape[1:3]
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    rows = np.arange(height, dtype=np.float32)[:, None] - (height - 1) / 2
    columns = np.arange(width, dtype=np.float32)[None, :] - (width - 1) / 2
    from_rows = cosine * rows - sine * columns + (height - 1) / 2
    from_columns = sine * rows + cosine * columns + (width - 1) / 2
    top, left = np.floor(from_rows).astype(np.int64), np.floor(from_columns).astype(np.int64)
    turned = np.zeros(images.shape, dtype=np.float32)
    for row_step in (0, 1):
        for column_step in (0, 1):
            row, column = top + row_step, left + column_step
            weight = (1 - np.abs(from_rows - row)) * (1 - np.abs(from_columns - column))
            weight *= (row >= 0) & (row < height) & (column >= 0) & (column < width)
            weight = weight.astype(np.float32).reshape(height, width, *(1,) * (images.ndim - 3))
            origin = images[:, row.clip(0, height - 1), column.clip(0, width - 1)]
            turned += weight * origin
    return turned


def _brightness(images: Images, levels: float, rng: np.random.Generator) -> Floats:
    sign = np.where(rng.random(len(images)) < 0.5, -1, 1).astype(np.float32)
    added = (sign * np.float32(levels)).reshape(-1, *(1,) * (images.ndim - 1))
    changed: Floats = images + added
    return changed


def _contrast(images: Images, left: float, _: np.random.Generator) -> Floats:
    pixels = images.astype(np.float32)
    mean = pixels.mean(axis=tuple(range(1, images.ndim)), keepdims=True)
    changed: Floats = mean + np.float32(left) * (pixels - mean)
    return changed


_CORRUPTIONS: Mapping[Kind, Callable[[Images, float, np.random.Generator], Floats]] = {
    "noise": _noise,
    "blur": _blur,
    "shift": _shift,
    "rotation": _rotation,
    "brightness": _brightness,
    "contrast": _contrast,
}
