"""Curves show what the reports say: a line each, falling where the numbers fall."""

import numpy as np
import pytest
from PIL import ImageFont

from analysis.training.charts import PANEL_WH, TRAINING, VALIDATION, draw_curves
from analysis.training.checkpoints import EpochReport


def _reports(count: int, *, validated: bool = True) -> list[EpochReport]:
    return [
        EpochReport(
            epoch=epoch,
            loss=2.0 / epoch,
            accuracy=1.0 - 0.5 / epoch,
            validation_loss=1.5 / epoch if validated else None,
            validation_accuracy=1.0 - 0.4 / epoch if validated else None,
            seconds=1.0,
            images_per_second=1.0,
        )
        for epoch in range(1, count + 1)
    ]


def _rows(colour: tuple[int, int, int], panel: int, count: int = 20) -> list[float]:
    """Mean row of the colour in each column of a panel, below the legend."""
    pixels = np.asarray(draw_curves(_reports(count)))
    pixels = pixels[44:, panel * PANEL_WH[0] : (panel + 1) * PANEL_WH[0]]
    found = (pixels == colour).all(axis=2)
    return [float(np.flatnonzero(column).mean()) for column in found.T if column.any()]


@pytest.mark.parametrize("colour", [TRAINING, VALIDATION])
def test_loss_falls_and_accuracy_rises(colour: tuple[int, int, int]) -> None:
    loss, accuracy = _rows(colour, 0), _rows(colour, 1)
    assert len(loss) > 400 and len(accuracy) > 400
    assert loss[0] < loss[-1] and accuracy[0] > accuracy[-1]  # rows count from the top


@pytest.mark.parametrize("count", [1, 2, 7, 300])
def test_takes_any_number_of_epochs(count: int) -> None:
    picture = draw_curves(_reports(count))
    assert picture.size == (2 * PANEL_WH[0], PANEL_WH[1])


@pytest.mark.parametrize("validated", [True, False])
def test_draws_validation_only_where_there_was_one(validated: bool) -> None:
    pixels = np.asarray(draw_curves(_reports(5, validated=validated)))
    assert (pixels == TRAINING).all(axis=2).any()
    assert (pixels == VALIDATION).all(axis=2).any() == validated


def test_says_when_pillow_cannot_measure_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFont, "load_default", lambda size: ImageFont.ImageFont())
    with pytest.raises(RuntimeError, match="expected a Pillow that was built with FreeType"):
        draw_curves(_reports(2))
