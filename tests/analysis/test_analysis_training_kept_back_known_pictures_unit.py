"""All that a training could see is every picture but those of the test part."""

from pathlib import Path

import pytest

from analysis.errors import TrainingError
from analysis.training import data
from analysis.training.kept_back import evaluation_part, known_pictures
from analysis.training.parts import Sharing, load_parts
from tests.analysis.picture_folders import photograph, write_classes
from tests.analysis.tiny_models import stripes, tiny_card, tiny_training


@pytest.mark.parametrize("trained_on", ["train", "all"])
def test_is_the_whole_training_split_of_a_named_dataset(
    monkeypatch: pytest.MonkeyPatch, trained_on: str
) -> None:
    monkeypatch.setattr(data, "DATASETS", {"stripes": lambda name: stripes(120)})
    card = tiny_card(training=tiny_training(trained_on=trained_on))
    assert known_pictures(card).sha256() == stripes(120).sha256()


def test_is_of_the_cards_size_and_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "DATASETS", {"stripes": lambda name: stripes(120)})
    assert known_pictures(tiny_card("RGB")).images.shape == (120, 8, 10, 3)


@pytest.mark.parametrize("trained_on", ["train", "all"])
def test_is_all_but_the_test_part_of_a_folder(tmp_path: Path, trained_on: str) -> None:
    folder = write_classes(tmp_path / "pictures", 10)
    shares = {"validation_share": 0.1, "test_share": 0.2}
    parts = load_parts(folder, tiny_card().input, Sharing(**shares, seed=0))
    both = parts.train.with_more(parts.validation)
    seen = parts.train if trained_on == "train" else both
    training = tiny_training(
        dataset=str(folder), hyperparameters=shares, trained_on=trained_on, sha256=seen.sha256()
    )
    card = tiny_card(training=training)
    assert known_pictures(card).sha256() == both.sha256()
    tested = {image.tobytes() for image in evaluation_part(card, "test").images}
    assert len(tested) == 4 and not tested & {image.tobytes() for image in both.images}
    photograph(99).save(folder / "dots" / "more.png")
    with pytest.raises(TrainingError, match="some were added, removed, changed or shared"):
        known_pictures(card)
