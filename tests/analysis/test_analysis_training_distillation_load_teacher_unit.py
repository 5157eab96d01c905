"""A teacher fits the pictures, and has seen none of those that are kept back."""

from pathlib import Path

import numpy as np
import pytest
import torch

from analysis.errors import ClassifierError, TrainingError, UnknownClassifier
from analysis.labelled_images import LabelledImages
from analysis.training.distillation import Teacher, load_teacher
from tests.analysis.tiny_models import noise, stripes, tiny_package, tiny_training


def _load(
    models_dir: Path, part: LabelledImages, *, name: str = "big", keeps_back: bool = True
) -> Teacher:
    device = torch.device("cpu")
    return load_teacher(name, part, models_dir=models_dir, keeps_back=keeps_back, device=device)


def _teacher_of(part: LabelledImages, models_dir: Path) -> None:
    tiny_package(models_dir, "big", training=tiny_training(sha256=part.sha256()))


def test_answers_for_pictures_that_it_was_trained_on(tmp_path: Path) -> None:
    part = stripes(9)
    _teacher_of(part, tmp_path)
    teacher = _load(tmp_path, part)
    assert teacher.card.name == "big"
    assert teacher.logits(torch.from_numpy(part.images)[:, None]).shape == (9, 3)


def test_must_not_have_seen_what_is_kept_back(tmp_path: Path) -> None:
    _teacher_of(stripes(12), tmp_path)
    with pytest.raises(TrainingError, match="expected one trained on the same pictures"):
        _load(tmp_path, stripes(9))
    assert _load(tmp_path, stripes(9), keeps_back=False)


def test_is_the_package_within_that_kept_pictures_back(tmp_path: Path) -> None:
    _teacher_of(stripes(12), tmp_path)
    inner = tiny_training(sha256=stripes(9).sha256())
    tiny_package(tmp_path / "big", "kept-back", training=inner)
    for keeps_back in (True, False):
        assert _load(tmp_path, stripes(9), keeps_back=keeps_back).card.name == "kept-back"


def test_must_take_the_same_pictures_and_classes(tmp_path: Path) -> None:
    _teacher_of(stripes(9), tmp_path)
    part = stripes(9)
    others = LabelledImages(part.images, part.labels, ("a", "b", "c"))
    colour = LabelledImages(noise(9, "RGB"), part.labels, part.class_names)
    larger = LabelledImages(np.tile(part.images, (1, 2, 2)), part.labels, part.class_names)
    for unlike in (others, colour, larger):
        with pytest.raises(TrainingError, match="teacher: expected one for pictures of"):
            _load(tmp_path, unlike)


def test_must_say_what_it_was_trained_on_where_that_matters(tmp_path: Path) -> None:
    tiny_package(tmp_path, "big", format=2, training=None)
    with pytest.raises(ClassifierError, match="big: expected a card that says how it was trained"):
        _load(tmp_path, stripes(9))
    assert _load(tmp_path, stripes(9), keeps_back=False)


def test_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UnknownClassifier):
        _load(tmp_path, stripes(9), name="nobody")
