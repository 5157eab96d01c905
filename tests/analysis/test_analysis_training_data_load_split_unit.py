"""Datasets go by name."""

import numpy as np
import pytest

from analysis.errors import TrainingError
from analysis.training.data import load_split
from streaming.datasets import fashion_mnist, library
from tests.analysis.tiny_models import noise


def test_gives_fashion_mnist_with_its_class_names(monkeypatch: pytest.MonkeyPatch) -> None:
    asked_for = []

    def split(name: str) -> tuple[object, object]:
        asked_for.append(name)
        return noise(3), np.array([9, 0, 1], dtype=np.uint8)

    monkeypatch.setattr(library, "fashion_mnist_split", split)
    part = load_split("fashion-mnist", "test")
    assert asked_for == ["test"]
    assert part.labels.tolist() == [9, 0, 1] and part.labels.dtype == np.int64
    assert part.class_names == tuple(fashion_mnist.CLASS_NAMES)


def test_lists_those_there_are_for_an_unknown_name() -> None:
    with pytest.raises(TrainingError, match="expected one of fashion-mnist, got 'soup'"):
        load_split("soup", "train")
