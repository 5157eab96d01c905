"""The table's shades are shares of a row, whatever its size."""

import numpy as np
import pytest
from PIL import Image

from analysis.training.charts import DEEP, draw_confusion


def _shades(
    picture: Image.Image, count: int, cell: int
) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """The red of each cell, at a corner where no text is."""
    pixels = np.asarray(picture)
    deep_rows = np.flatnonzero((pixels == DEEP).all(axis=2).any(axis=1))
    deep_columns = np.flatnonzero((pixels == DEEP).all(axis=2).any(axis=0))
    top, left = int(deep_rows[0]), int(deep_columns[0])
    grid = pixels[top::cell, left::cell, 0]
    return grid[:count, :count]


def test_shades_each_cell_by_its_share_of_the_row() -> None:
    confusion = np.array([[7, 0, 0], [2, 2, 0], [0, 0, 0]])
    shades = _shades(draw_confusion(confusion, ["a", "b", "c"]), 3, 48)
    half = round(255 + (DEEP[0] - 255) / 2)
    assert shades.tolist() == [[DEEP[0], 255, 255], [half, half, 255], [255, 255, 255]]


@pytest.mark.parametrize(
    ("count", "cell"),
    [
        pytest.param(2, 48, id="counts and names"),
        pytest.param(60, 26, id="names only"),
        pytest.param(256, 6, id="shades only"),
    ],
)
def test_fits_any_number_of_classes(count: int, cell: int) -> None:
    picture = draw_confusion(np.eye(count, dtype=np.int64), [f"class {i}" for i in range(count)])
    assert max(picture.size) < 1800
    shades = _shades(picture, count, cell)
    assert np.array_equal(shades, np.where(np.eye(count) > 0, DEEP[0], 255))


def test_cuts_long_names() -> None:
    confusion = np.eye(2, dtype=np.int64)
    long, longer = (draw_confusion(confusion, ["a", "b" * count]) for count in (40, 90))
    assert long.size == longer.size
