"""The sample pictures of a report: which frames, and how they are drawn (pure)."""

import io
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from results.pictures import open_picture

SAMPLE_COUNT = 10
PICTURE_SIDE = 224
CAPTION_HEIGHT = 28
MAX_PNG_BYTES = 300_000
MAX_PNG_SIDE = 1024
_CAPTION_MARGIN = 4
_FONT_SIZES = (16, 14, 12, 10)

_MULTIPLIERS: Final = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_INCREMENT: Final = np.uint64(0x9E3779B97F4A7C15)


def choose_samples(
    sequences: NDArray[np.uint64],
    class_ids: NDArray[np.int64],
    confidences: NDArray[np.float32],
    *,
    count: int = SAMPLE_COUNT,
    seed: int,
) -> list[int]:
    """Indices of the frames that a report shows: one of each predicted class, then any.

    Seed and sequence give each frame a number that looks random. Of each class the frame with
    the lowest is chosen (of more classes than ``count``, those with the lowest), then the lowest
    of the rest. So the order of the input does not matter, and a stream needs to keep no more
    than ``count`` pictures: choosing from those chosen so far and those that came since gives
    the same as choosing from all.

    Args:
        sequences: ``(N,)``, none twice.
        class_ids: ``(N,)``, the predicted classes.
        confidences: ``(N,)``; a frame whose confidence is not finite is never chosen.
        count: How many at most.

    Returns:
        At most ``count`` indices into the input: the classes by number, then the rest.

    >>> choose_samples(np.arange(6, dtype=np.uint64), np.array([1, 1, 0, 1, 1, 1]),
    ...                np.ones(6, dtype=np.float32), count=2, seed=0)[0]
    2
    """
    order = np.argsort(sample_keys(sequences, seed), kind="stable")
    order = order[np.isfinite(confidences[order])]
    # The first place of each class within the order; np.unique gives them by class number.
    _, firsts = np.unique(class_ids[order], return_index=True)
    firsts = firsts[np.isin(firsts, np.sort(firsts)[:count])]
    others = np.delete(order, firsts)[: count - len(firsts)]
    return [*order[firsts].tolist(), *others.tolist()]


def sample_keys(sequences: NDArray[np.uint64], seed: int) -> NDArray[np.uint64]:
    """The number of each frame by which samples are chosen, the lowest first.

    Distinct for distinct sequences (splitmix64's output function).
    """
    start = _mixed(np.array([seed % 2**64], dtype=np.uint64))
    return _mixed(sequences.astype(np.uint64) + start)


def render_sample(image: NDArray[np.uint8], *, class_name: str, confidence: float) -> bytes:
    """A PNG of the frame, enlarged, with the class and its confidence in a strip below.

    Each pixel becomes a square, nothing is smoothed; a picture larger than ``PICTURE_SIDE`` is
    reduced to it instead.

    Args:
        image: ``(H, W)`` grey or ``(H, W, 3)`` RGB, uint8.
        confidence: From 0 to 1; drawn in percent.

    Raises:
        ValueError: an image of another shape or dtype.
    """
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or image.shape[2:] not in ((), (3,)):
        raise ValueError(f"a picture is (H, W) or (H, W, 3) uint8, got {image.shape} {image.dtype}")
    picture = Image.fromarray(np.ascontiguousarray(image))
    scale = PICTURE_SIDE // max(picture.size)
    if scale >= 1:
        picture = picture.resize(
            (picture.width * scale, picture.height * scale), Image.Resampling.NEAREST
        )
    else:
        picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
    width = max(PICTURE_SIDE, picture.width)
    canvas = Image.new(picture.mode, (width, picture.height + CAPTION_HEIGHT))
    canvas.paste(picture, ((width - picture.width) // 2, 0))
    _draw_caption(canvas, class_name, f" {confidence:.1%}".replace("%", " %"))
    buffer = io.BytesIO()
    canvas.save(buffer, format="PNG", optimize=True)
    return buffer.getvalue()


def check_png(png: bytes) -> None:
    """Let a PNG pass that is small and can be decoded; sizes are looked at before decoding.

    Raises:
        ValueError: more than ``MAX_PNG_BYTES``, a side over ``MAX_PNG_SIDE``, or no valid PNG.
    """
    try:
        picture = open_picture(
            png, formats=("PNG",), max_pixels=MAX_PNG_SIDE**2, max_bytes=MAX_PNG_BYTES
        )
    except ValueError as error:
        raise ValueError(f"a sample picture is no valid PNG: {error}") from error
    if max(picture.size) > MAX_PNG_SIDE:
        raise ValueError(
            f"a sample picture has at most {MAX_PNG_SIDE} pixels a side, "
            f"got {picture.width} x {picture.height}"
        )


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = values + _INCREMENT
    values = (values ^ (values >> np.uint64(30))) * _MULTIPLIERS[0]
    values = (values ^ (values >> np.uint64(27))) * _MULTIPLIERS[1]
    return values ^ (values >> np.uint64(31))


def _draw_caption(canvas: Image.Image, class_name: str, percent: str) -> None:
    draw = ImageDraw.Draw(canvas)
    room = canvas.width - 2 * _CAPTION_MARGIN
    text = class_name + percent
    for size in _FONT_SIZES:
        font = ImageFont.load_default(size=size)
        if draw.textlength(text, font=font) <= room:
            break
    while class_name and draw.textlength(text, font=font) > room:
        class_name = class_name[:-1]
        text = f"{class_name}…{percent}"
    white = 255 if canvas.mode == "L" else (255, 255, 255)
    middle = (canvas.width // 2, canvas.height - CAPTION_HEIGHT // 2)
    draw.text(middle, text, fill=white, font=font, anchor="mm")
