"""Every shipped model package loads, fits its card and is as good as the card says."""

from pathlib import Path

import pytest
from django.conf import settings

from analysis.classifiers import DEFAULT_CLASSIFIER, load
from analysis.classifiers.packages import WEIGHTS_FILE, available
from analysis.evaluation.metrics import evaluate
from analysis.training.kept_back import evaluation_part

MODELS = Path(settings.BASE_DIR) / "models"
SHIPPED = available(MODELS)
# A single picture must not wait for a larger one.
SMALL = ("fashion-cnn", "fashion-fast")


def test_ships_the_default() -> None:
    assert DEFAULT_CLASSIFIER in SHIPPED and DEFAULT_CLASSIFIER in SMALL


@pytest.mark.parametrize("name", SHIPPED)
def test_is_as_good_as_its_card_says(name: str) -> None:
    classifier = load(name, models_dir=MODELS)
    measured = {record.part: record for record in classifier.card.measurements}
    test = evaluation_part(classifier.card, "test")
    some = evaluate(classifier, test.take(range(0, len(test), 5)))  # type: ignore[arg-type]  # any index
    assert measured["test"].accuracy >= 0.92
    # Of 2,000 pictures, so three standard errors are about 1.7 points.
    assert abs(some.accuracy - measured["test"].accuracy) < 0.017


@pytest.mark.parametrize("name", SHIPPED)
def test_is_no_larger_than_it_may_be(name: str) -> None:
    assert (MODELS / name / WEIGHTS_FILE).stat().st_size <= 25 * 1000**2
    if name in SMALL:
        assert load(name, models_dir=MODELS).parameter_count <= 200_000
