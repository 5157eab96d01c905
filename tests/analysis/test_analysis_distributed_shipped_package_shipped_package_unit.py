"""analysis.distributed.shipped_package.ShippedPackage."""

import dataclasses
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from analysis.classifiers.packages import WEIGHTS_FILE, load
from analysis.distributed.shipped_package import ShippedPackage
from analysis.errors import InvalidCard, InvalidWeights
from tests.analysis.tiny_models import noise, tiny_package


def test_classifies_as_its_folder_does_where_that_is_not(tmp_path: Path) -> None:
    folder = tiny_package(tmp_path)
    expected = load("tiny", models_dir=tmp_path).predict(noise(8))
    package = pickle.loads(pickle.dumps(ShippedPackage.of(folder)))
    shutil.rmtree(folder)
    classifier = package.load()
    assert np.array_equal(classifier.predict(noise(8)), expected)
    assert classifier.card == package.card


def test_refuses_a_card_of_another_name(tmp_path: Path) -> None:
    folder = tiny_package(tmp_path).rename(tmp_path / "other")
    with pytest.raises(InvalidCard, match="name: expected other, got tiny"):
        ShippedPackage.of(folder)


def test_refuses_a_package_without_weights(tmp_path: Path) -> None:
    folder = tiny_package(tmp_path)
    (folder / WEIGHTS_FILE).unlink()
    with pytest.raises(InvalidWeights, match="expected weights, got No such file"):
        ShippedPackage.of(folder)


def test_refuses_weights_that_were_changed_on_the_way(tmp_path: Path) -> None:
    package = dataclasses.replace(ShippedPackage.of(tiny_package(tmp_path)), weights=b"changed")
    with pytest.raises(InvalidWeights, match="expected SHA-256"):
        package.load()
