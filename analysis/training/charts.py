"""How a training went, as pictures: curves by epoch and a confusion matrix (pure, Pillow only)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from analysis.training.checkpoints import EpochReport

Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]

INK: Colour = (33, 37, 41)
GRID: Colour = (222, 226, 230)
TRAINING: Colour = (31, 119, 180)
VALIDATION: Colour = (214, 96, 16)
# The strongest shade of a cell, for all of a row in it.
DEEP: Colour = (8, 48, 107)

PANEL_WH = (560, 360)
_MARGINS: Box = (64, 44, 20, 40)  # left, top, right, bottom
_LARGEST_CELL, _LARGEST_MATRIX = 48, 1600
# Smaller cells have no room for a count, and still smaller ones none for a name beside them.
_CELL_WITH_COUNT, _CELL_WITH_NAME = 32, 14
_CHARACTERS = 24


@dataclass(frozen=True)
class _Line:
    name: str
    colour: Colour
    values: tuple[float, ...]


def draw_curves(reports: Sequence[EpochReport]) -> Image.Image:
    """Loss and accuracy by epoch, of the training and (where there is one) the validation part.

    Args:
        reports: one for each epoch, from the first, at least 1.
    """
    picture = Image.new("RGB", (2 * PANEL_WH[0], PANEL_WH[1]), "white")
    losses = _lines([r.loss for r in reports], [r.validation_loss for r in reports])
    accuracies = _lines(
        [100 * r.accuracy for r in reports],
        [None if r.validation_accuracy is None else 100 * r.validation_accuracy for r in reports],
    )
    _draw_panel(picture, 0, "loss", losses)
    _draw_panel(picture, PANEL_WH[0], "accuracy in %", accuracies)
    return picture


def draw_confusion(confusion: npt.NDArray[np.integer], class_names: Sequence[str]) -> Image.Image:
    """A table of counts: rows are the truth, columns the prediction, shaded by share of the row.

    Args:
        confusion: counts, (classes, classes).
        class_names: in the order of rows and columns; long ones are cut.
    """
    count = len(class_names)
    cell = max(1, min(_LARGEST_CELL, _LARGEST_MATRIX // count))
    names = [_cut(name) for name in class_names] if cell >= _CELL_WITH_NAME else []
    font = _font(min(13, max(8, cell - 2)))
    caption = "rows: truth, columns: prediction"
    left = 24 + math.ceil(max((font.getlength(name) for name in names), default=0))
    top = left + 20
    width = max(left + count * cell, math.ceil(_font(12).getlength(caption))) + 12
    picture = Image.new("RGB", (width, top + count * cell + 8), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((6, 4), caption, INK, _font(12))
    _draw_cells(draw, confusion, cell=cell, origin=(left, top))
    for index, name in enumerate(names):
        middle = index * cell + cell // 2
        draw.text((left - 6, top + middle), name, INK, font, anchor="rm")
        _draw_upwards(picture, (left + middle, top - 6), name, font)
    return picture


def _cut(name: str) -> str:
    return name if len(name) <= _CHARACTERS else name[: _CHARACTERS - 3] + "..."


def _draw_cells(
    draw: ImageDraw.ImageDraw,
    confusion: npt.NDArray[np.integer],
    *,
    cell: int,
    origin: tuple[int, int],
) -> None:
    shares = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    for row, counts in enumerate(confusion.tolist()):
        for column, count in enumerate(counts):
            share = float(shares[row, column])
            left, top = origin[0] + column * cell, origin[1] + row * cell
            shade = tuple(round(255 + (deep - 255) * share) for deep in DEEP)
            draw.rectangle((left, top, left + cell - 1, top + cell - 1), shade)
            if cell >= _CELL_WITH_COUNT and count:
                middle = (left + cell / 2, top + cell / 2)
                ink = "white" if share > 0.5 else INK
                draw.text(middle, str(count), ink, _font(11), anchor="mm")


def _lines(training: list[float], validation: list[float | None]) -> list[_Line]:
    lines = [_Line("training (augmented)", TRAINING, tuple(training))]
    known = tuple(value for value in validation if value is not None)
    return [*lines, _Line("validation", VALIDATION, known)] if known else lines


@dataclass(frozen=True)
class _Axes:
    """From epochs and values to pixels."""

    box: Box
    epochs: int
    low: float
    high: float

    def x(self, epoch: int) -> float:
        """The column of an epoch, counted from 1."""
        left, _, right, _ = self.box
        return left + (right - left) * (epoch - 1) / max(1, self.epochs - 1)

    def y(self, value: float) -> float:
        """The row of a value."""
        _, top, _, bottom = self.box
        return bottom - (bottom - top) * (value - self.low) / (self.high - self.low)


def _draw_panel(picture: Image.Image, offset: int, title: str, lines: list[_Line]) -> None:
    draw, font = ImageDraw.Draw(picture), _font(12)
    left, top = offset + _MARGINS[0], _MARGINS[1]
    right, bottom = offset + PANEL_WH[0] - _MARGINS[2], PANEL_WH[1] - _MARGINS[3]
    ticks = _ticks([value for line in lines for value in line.values])
    epochs = len(lines[0].values)
    axes = _Axes((left, top, right, bottom), epochs, ticks[0], ticks[-1])
    draw.text((left, 8), title, INK, _font(15))
    for tick in ticks:
        draw.line((left, axes.y(tick), right, axes.y(tick)), GRID)
        draw.text((left - 8, axes.y(tick)), f"{tick:g}", INK, font, anchor="rm")
    between = max(1, math.ceil(epochs / 8))
    for epoch in (1, *range(between + (between == 1), epochs + 1, between)):
        draw.text((axes.x(epoch), bottom + 8), str(epoch), INK, font, anchor="mt")
    draw.text((right, bottom + 24), "epoch", INK, font, anchor="rt")
    for index, line in enumerate(lines):
        points = [(axes.x(at), axes.y(value)) for at, value in enumerate(line.values, start=1)]
        draw.line(points, line.colour, width=2, joint="curve")
        draw.circle(points[-1], 3, line.colour)
        draw.text((right, 8 + 15 * index), line.name, line.colour, font, anchor="rt")


def _ticks(values: Sequence[float]) -> list[float]:
    """Round numbers, evenly spaced, from at or below the least value to at or above the greatest.

    >>> _ticks([0.31, 1.48]), _ticks([81.4, 94.2]), _ticks([2.0])
    ([0.0, 0.5, 1.0, 1.5], [80.0, 85.0, 90.0, 95.0], [1.0, 2.0, 3.0])
    """
    low, high = min(values), max(values)
    if low == high:
        low, high = low - 1.0, high + 1.0
    power = 10.0 ** math.floor(math.log10((high - low) / 2))
    step = next(power * factor for factor in (1, 2, 5, 10) if (high - low) / (power * factor) <= 5)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(index * step, 10) for index in range(first, last + 1)]


def _draw_upwards(
    picture: Image.Image, foot: tuple[int, int], text: str, font: ImageFont.FreeTypeFont
) -> None:
    """Text that reads upwards from its foot."""
    wide, tall = math.ceil(font.getlength(text)) + 2, math.ceil(font.size) + 6
    strip = Image.new("RGB", (wide, tall), "white")
    ImageDraw.Draw(strip).text((0, tall / 2), text, INK, font, anchor="lm")
    turned = strip.rotate(90, expand=True)
    picture.paste(turned, (foot[0] - tall // 2, foot[1] - wide))


def _font(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    # Pillow's wheels bring FreeType; without it text could not be measured or placed.
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("expected a Pillow that was built with FreeType, got one without")
    return font
