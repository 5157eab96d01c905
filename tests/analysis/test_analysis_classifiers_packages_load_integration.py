"""Every shipped model package loads, fits its card and is as good as the card says."""

from pathlib import Path

import pytest
from django.conf import settings

from analysis.classifiers.packages import available, load
from analysis.training.evaluation import evaluate
from analysis.training.runs import evaluation_part

SHIPPED = available(Path(settings.BASE_DIR) / "models")


def test_ships_a_first_classifier() -> None:
    assert "fashion-cnn" in SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_is_as_good_as_its_card_says(name: str) -> None:
    classifier = load(name, models_dir=Path(settings.BASE_DIR) / "models")
    measured = {record.part: record for record in classifier.card.measurements}
    test = evaluation_part(classifier.card, "test")
    some = evaluate(classifier, test.take(range(0, len(test), 5)))  # type: ignore[arg-type]  # any index
    assert measured["test"].accuracy >= 0.92
    # Of 2,000 pictures, so three standard errors are about 1.7 points.
    assert abs(some.accuracy - measured["test"].accuracy) < 0.017
    assert classifier.parameter_count <= 200_000
