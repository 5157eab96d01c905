"""Class folders become arrays; what is no picture is set aside and said, never lost."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from analysis.classifiers.card import InputFormat
from analysis.errors import TrainingError
from analysis.preprocessing import adjust_images
from analysis.training import folders
from analysis.training.folders import read_folder
from tests.analysis.picture_folders import photograph, write_classes

COLOUR = InputFormat(height=8, width=10, mode="RGB", mean=(0.0,) * 3, std=(1.0,) * 3)
GREY = InputFormat(height=8, width=10, mode="L", mean=(0.0,), std=(1.0,))


def test_reads_classes_in_the_order_of_their_names(tmp_path: Path) -> None:
    contents = read_folder(write_classes(tmp_path, 3), COLOUR)
    assert set(contents.parts) == {"train"} and not contents.set_aside
    pictures = contents.parts["train"].pictures
    assert pictures.class_names == ("crosses", "dots")
    assert pictures.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert pictures.images.shape == (6, 8, 10, 3)
    assert contents.parts["train"].hashes.shape == (6, 2)
    # As a frame of a stream is adjusted before it is classified.
    whole = np.asarray(photograph(4))
    assert np.array_equal(pictures.images[4], adjust_images(whole[None], COLOUR)[0])


@pytest.mark.parametrize("validation", ["val", "validation"])
def test_keeps_the_parts_that_there_are(tmp_path: Path, validation: str) -> None:
    for part, count in (("train", 4), (validation, 2), ("test", 1)):
        write_classes(tmp_path / part, count)
    (tmp_path / "README.md").write_text("about these")
    parts = read_folder(tmp_path, GREY).parts
    assert {part: len(hashed.pictures) for part, hashed in parts.items()} == {
        "train": 8,
        "validation": 4,
        "test": 2,
    }
    assert parts["test"].pictures.images.shape == (2, 8, 10)


def test_takes_a_part_without_pictures_as_empty(tmp_path: Path) -> None:
    write_classes(tmp_path / "train", 1)
    (tmp_path / "test" / "dots").mkdir(parents=True)
    assert len(read_folder(tmp_path, COLOUR).parts["test"].pictures) == 0


def test_sets_aside_what_is_no_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(folders, "MAX_PIXELS", 24 * 18)
    write_classes(tmp_path, 1)
    dots = tmp_path / "dots"
    (dots / "a.jpg").write_bytes(b"no picture")
    photograph(9).save(dots / "b.png")
    (dots / "b.png").write_bytes((dots / "b.png").read_bytes()[:300])
    photograph(9, size_wh=(25, 18)).save(dots / "c.png")
    Image.fromarray(np.full((4, 4), 40_000, dtype=np.uint16)).save(dots / "d.png")
    contents = read_folder(tmp_path, COLOUR)
    assert len(contents.parts["train"].pictures) == 2
    reasons = {aside.path.name: aside.reason for aside in contents.set_aside}
    assert list(reasons) == ["a.jpg", "b.png", "c.png", "d.png"]
    assert "expected PNG" in reasons["a.jpg"] and reasons["b.png"]
    assert reasons["c.png"] == "expected at most 432 pixels, got 25 x 18"
    assert "expected a mode of" in reasons["d.png"]
    assert caplog.text.count("set aside") == 4


def test_turns_pictures_upright_and_what_is_transparent_white(tmp_path: Path) -> None:
    write_classes(tmp_path, 1)
    dots = tmp_path / "dots"
    (dots / "000.png").unlink()
    on_its_side = Image.new("L", (8, 10))
    on_its_side.paste(200, (0, 0, 4, 10))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    on_its_side.save(dots / "a.png", exif=exif)
    Image.new("RGBA", (10, 8), (0, 0, 0, 0)).save(dots / "b.png")
    Image.new("P", (10, 8)).save(dots / "c.gif", transparency=0)
    images = read_folder(tmp_path, GREY).parts["train"].pictures.images[1:]
    assert (images[0][:4] == 200).all() and (images[0][4:] == 0).all()
    assert (images[1:] == 255).all()


def _one_class(folder: Path) -> None:
    write_classes(folder, 1)
    (folder / "dots").rename(folder / ".hidden")


def _class_without_pictures(folder: Path) -> None:
    write_classes(folder, 1)
    (folder / "empty").mkdir()


def _unknown_class(folder: Path) -> None:
    write_classes(folder / "train", 1)
    write_classes(folder / "test", 1)
    (folder / "test" / "dots").rename(folder / "test" / "stripes")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(_one_class, "expected 2 to 256 folders, one for each class, got 1", id="one"),
        pytest.param(_class_without_pictures, "empty: expected at least 1 .* got 0", id="empty"),
        pytest.param(_unknown_class, r"\(crosses, dots\), got 'stripes'", id="unknown class"),
    ],
)
def test_refuses_folders_that_cannot_be_trained(
    tmp_path: Path, make: Callable[[Path], None], message: str
) -> None:
    make(tmp_path)
    with pytest.raises(TrainingError, match=message):
        read_folder(tmp_path, COLOUR)
