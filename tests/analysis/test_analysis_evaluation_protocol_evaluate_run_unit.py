"""One seed's run is evaluated once, as it is and averaged with its mirror images."""

from pathlib import Path

import pytest

from analysis.classifiers.packages import load
from analysis.errors import ClassifierError, TrainingError
from analysis.evaluation.protocol import evaluate_fully, evaluate_run
from tests.analysis.tiny_models import stripes, tiny_package


def test_agrees_with_the_whole_protocol(tmp_path: Path) -> None:
    tiny_package(tmp_path)
    classifier = load("tiny", models_dir=tmp_path)
    test = stripes(40)
    run, record = evaluate_run(classifier, test), evaluate_fully(classifier, test, test).record
    assert run.seed == 0
    assert run.accuracy == record.accuracy
    assert run.flip_averaged_accuracy == record.flip_averaged_accuracy


def test_needs_to_know_the_seed(tmp_path: Path) -> None:
    classifier = load(tiny_package(tmp_path, format=2, training=None), models_dir=tmp_path)
    message = "tiny: expected a card that says how it was trained"
    with pytest.raises(ClassifierError, match=message):
        evaluate_run(classifier, stripes(9))
    with pytest.raises(ClassifierError, match=message):
        evaluate_fully(classifier, stripes(9), stripes(9))


def test_refuses_no_pictures(tmp_path: Path) -> None:
    tiny_package(tmp_path)
    with pytest.raises(TrainingError, match="got 0"):
        evaluate_run(load("tiny", models_dir=tmp_path), stripes(0))
