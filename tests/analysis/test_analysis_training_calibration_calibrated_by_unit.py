"""A calibration is taken only from the same recipe's, fitted on pictures it did not train on."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from analysis.classifiers.card import Card
from analysis.classifiers.records import CalibrationRecord, ScalingRecord
from analysis.errors import ClassifierError, TrainingError
from analysis.training import data
from analysis.training.calibration import calibrated_by
from analysis.training.parts import Sharing, load_parts
from analysis.training.runs import split
from tests.analysis.picture_folders import write_classes
from tests.analysis.tiny_models import TINY_RECIPE, stripes, tiny_card, tiny_training
from tests.analysis.tiny_records import tiny_evaluation, tiny_run

MEASURED = {
    "dataset": "stripes",
    "part": "validation",
    "images": 30,
    "accuracy": 0.9,
    "expected_calibration_error": 0.01,
}


@pytest.fixture(autouse=True)
def stripes_dataset(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dataset called stripes."""
    monkeypatch.setattr(data, "DATASETS", {"stripes": lambda name: stripes(120)})


def _all(**training: Any) -> Card:
    record = tiny_training(**({"trained_on": "all", "images": 120, "seed": 9} | training))
    return tiny_card(name="mine", format=2, temperature=1.0, training=record)


def _kept_back(seed: int = 4, **training: Any) -> Card:
    trained_on, _ = split(stripes(120), TINY_RECIPE, seed=seed)
    record = tiny_training(**({"seed": seed, "sha256": trained_on.sha256()} | training))
    return tiny_card(name="source", temperature=0.7, training=record, measurements=(MEASURED,))


def test_takes_the_temperature_and_says_whose_it_is() -> None:
    card = calibrated_by(_all(), stripes(120), _kept_back())
    assert card.temperature == 0.7
    expected = CalibrationRecord(name="source", seed=4, images=30, sha256="0" * 64)
    assert card.calibrated_by == expected
    assert card.training == _all().training and card.name == "mine"


def test_takes_a_scaling_and_leaves_out_what_another_calibration_gave() -> None:
    scaling = ScalingRecord(scales=(0.5, 1.0, 2.0), offsets=(0.0, -1.0, 1.0))
    source = msgspec.structs.replace(_kept_back(), format=3, temperature=1.0, scaling=scaling)
    before = msgspec.structs.replace(_all(), evaluation=tiny_evaluation(), runs=(tiny_run(9),))
    card = calibrated_by(before, stripes(120), source)
    assert card.scaling == scaling and card.format == 3
    assert card.evaluation is None and card.runs == ()


@pytest.mark.parametrize(
    ("card", "source", "message"),
    [
        pytest.param(
            _all(trained_on="train"),
            _kept_back(),
            "expected mine to be trained on 'all' to take that of source",
            id="has its own",
        ),
        pytest.param(
            _all(),
            _all(seed=4),
            "expected a classifier trained on 'train', got mine",
            id="kept nothing back",
        ),
        pytest.param(
            _all(), _kept_back(recipe="big"), "source: expected the recipe of mine", id="recipe"
        ),
        pytest.param(
            _all(),
            _kept_back(hyperparameters={"validation_count": 20}),
            "source: expected the hyperparameters.validation_count of mine, 30, got 20",
            id="hyper-parameter",
        ),
        pytest.param(
            _all(),
            _kept_back(sha256="5" * 64),
            "the pictures that source was trained on",
            id="hash",
        ),
    ],
)
def test_refuses_any_other(card: Card, source: Card, message: str) -> None:
    with pytest.raises(TrainingError, match=message):
        calibrated_by(card, stripes(120), source)


def test_refuses_one_that_was_fitted_on_nothing() -> None:
    trained_on, _ = split(stripes(120), TINY_RECIPE, seed=4)
    source = tiny_card(
        name="source", training=tiny_training(seed=4, sha256=trained_on.sha256()), measurements=()
    )
    with pytest.raises(TrainingError, match="expected source to have a measurement on its valid"):
        calibrated_by(_all(), stripes(120), source)


def test_refuses_other_pictures() -> None:
    with pytest.raises(TrainingError, match="expected source to know the pictures that mine"):
        calibrated_by(_all(), stripes(117), _kept_back())


def test_refuses_a_network_from_elsewhere() -> None:
    with pytest.raises(ClassifierError, match="foreign: expected a card that says how"):
        calibrated_by(_all(), stripes(120), tiny_card(name="foreign", format=2, training=None))


def _of_folder(folder: Path, seed: int) -> tuple[Card, Any]:
    shares = {"validation_share": 0.2, "test_share": 0.2}
    parts = load_parts(folder, tiny_card().input, Sharing(**shares, seed=seed))
    record = {"dataset": str(folder), "hyperparameters": shares, "seed": seed}
    names: dict[str, Any] = {"class_names": ("crosses", "dots")}
    training = tiny_training(**record, sha256=parts.train.sha256())
    return tiny_card(name="source", training=training, measurements=(MEASURED,), **names), parts


@pytest.mark.parametrize("has_test_part", [True, False])
def test_takes_no_part_of_a_test_part_in(tmp_path: Path, has_test_part: bool) -> None:
    folder = write_classes(tmp_path / ("train" if has_test_part else "pictures"), 10)
    if has_test_part:
        write_classes(tmp_path / "test", 2, first_seed=100)
        folder = tmp_path
    source, parts = _of_folder(folder, 0)
    other, _ = _of_folder(folder, 1)
    part = parts.train.with_more(parts.validation)
    training = tiny_training(
        dataset=str(folder),
        hyperparameters={"validation_share": 0.2, "test_share": 0.2},
        trained_on="all",
        sha256=part.sha256(),
    )
    card = tiny_card(name="mine", training=training, class_names=("crosses", "dots"))
    assert calibrated_by(card, part, source).temperature == source.temperature
    if has_test_part:
        assert calibrated_by(card, part, other).temperature == other.temperature
    else:
        with pytest.raises(TrainingError, match="another seed shares out a folder"):
            calibrated_by(card, part, other)
