"""A training becomes a page that says how to repeat it and what came of it."""

import datetime
from typing import Any

import pytest

from analysis.classifiers.card import Card
from analysis.errors import ClassifierError
from analysis.training.checkpoints import EpochReport
from analysis.training.training_log import render_training_log
from tests.analysis.tiny_models import tiny_card, tiny_training

MEASURED = {
    "dataset": "stripes",
    "part": "validation",
    "images": 30,
    "accuracy": 0.9,
    "expected_calibration_error": 0.0123,
}


def _reports(count: int, *, seconds: float = 30.0, validated: bool = True) -> list[EpochReport]:
    return [
        EpochReport(
            epoch=epoch,
            loss=1 / epoch,
            accuracy=1 - 0.5 / epoch,
            validation_loss=2 / epoch if validated else None,
            validation_accuracy=1 - 0.6 / epoch if validated else None,
            seconds=seconds,
            images_per_second=1.0,
        )
        for epoch in range(1, count + 1)
    ]


def _page(card: Card, reports: list[EpochReport]) -> str:
    finished = datetime.date(2026, 11, 20)
    return render_training_log(card, reports, machine="Abacus, 1 thread", finished=finished)


def test_says_how_to_repeat_it_and_how_it_went() -> None:
    training = tiny_training(
        epochs=50,
        hyperparameters={"widths": [4, 8], "peak_learning_rate": 0.05, "teacher": None},
        dataset="my pictures",
    )
    page = _page(tiny_card(training=training, measurements=(MEASURED,)), _reports(50))
    for expected in (
        "# How tiny was trained\n",
        "    python manage.py train --dataset 'my pictures' --recipe tiny --output models/tiny "
        "--seed 0 --epochs 50 --train-on train --licence MIT\n",
        "| finished | 2026-11-20 |",
        "| machine | Abacus, 1 thread |",
        "| duration | 25 min in 50 epochs, half of them within 30.0 s each |",
        "| seed | 0 |",
        "| trained on | 90 pictures of my pictures |",
        f"`{'1' * 64}`",
        "| network | compact-resnet, 1 parameters |",
        "| `widths` | 4, 8 |\n| `peak_learning_rate` | 0.05 |\n| `teacher` | – |",
        "| 1 | 1.0000 | 50.00 % | 2.0000 | 40.00 % |\n| 5 | 0.2000 | 90.00 % | 0.4000 | 88.00 % |",
        "| 50 | 0.0200 | 99.00 % | 0.0400 | 98.80 % |",
        "On the 30 pictures that were kept back: accuracy 90.00 %, calibration error 0.0123 after "
        "the temperature 1.5, fitted on them.",
    ):
        assert expected in page, expected
    assert "| 2 |" not in page and "None" not in page and page.endswith("\n")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"temperature": 1.0},
            "Nothing was kept back, and the logits are not scaled.",
            id="none",
        ),
        pytest.param(
            {"calibrated_by": {"name": "other", "seed": 4, "images": 30, "sha256": "3" * 64}},
            "The calibration, the temperature 1.5, is that of other (seed 4), trained by the same",
            id="another's",
        ),
    ],
)
def test_shows_no_validation_where_nothing_was_kept_back(
    changes: dict[str, Any], expected: str
) -> None:
    card = tiny_card(format=2, training=tiny_training(trained_on="all"), **changes)
    page = _page(card, _reports(2, validated=False))
    assert expected in page and "accuracy, validation" not in page
    assert "| 2 | 0.5000 | 75.00 % |" in page
    assert ("--calibrated-by models/other" in page) == ("calibrated_by" in changes)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param(0.25, "0.5 s in 2 epochs", id="seconds"),
        pytest.param(600.0, "20 min in 2 epochs", id="minutes"),
        pytest.param(8130.0, "4 h 31 min in 2 epochs", id="hours"),
    ],
)
def test_shows_the_duration_as_people_say_it(seconds: float, expected: str) -> None:
    assert expected in _page(tiny_card(), _reports(2, seconds=seconds))


def test_lets_no_text_become_markup() -> None:
    page = _page(tiny_card(training=tiny_training(dataset="a|b\n# c")), _reports(1))
    assert "90 pictures of a\\|b \\# c" in page and "\n# c" not in page


def test_needs_a_card_that_says_how_it_was_trained() -> None:
    with pytest.raises(ClassifierError, match="expected a card that says how it was trained"):
        _page(tiny_card(format=2, training=None), _reports(1))
