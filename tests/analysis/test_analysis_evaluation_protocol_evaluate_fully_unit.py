"""The protocol's numbers are those that a plain count gives."""

import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from analysis.classifiers.card import Card
from analysis.errors import TrainingError
from analysis.evaluation.corruptions import KINDS, corrupt
from analysis.evaluation.metrics import expected_calibration_error
from analysis.evaluation.protocol import REPORTED, evaluate_fully
from analysis.evaluation.statistics import wilson_interval
from analysis.labelled_images import LabelledImages
from tests.analysis.tiny_models import stripes, tiny_card


class _SideSeer:
    """Says where it is brighter, 80 % sure; a mirrored picture misleads it."""

    card: Card = tiny_card()
    sha256 = "0" * 64

    def predict(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """By the mean of the four columns of either side."""
        left, right = images[:, :, :4].mean(axis=(1, 2)), images[:, :, 6:].mean(axis=(1, 2))
        said = np.where(np.abs(left - right) < 40, 0, np.where(left > right, 1, 2))
        return np.where(np.eye(3)[said] > 0, 0.8, 0.1).astype(np.float32)


def test_measures_everything() -> None:
    test, train = stripes(60), stripes(90, seed=1)
    # Two of the training pictures are test pictures, one of them brighter.
    train.images[3], train.images[4] = test.images[10], test.images[20] // 2 + 60
    full = evaluate_fully(_SideSeer(), test, train)
    record, said = full.record, _SideSeer().predict(test.images)
    right = said.argmax(axis=1) == test.labels
    assert full.plain.accuracy == record.accuracy == right.mean()
    assert record.interval == wilson_interval(int(right.sum()), 60)
    mean = said + _SideSeer().predict(test.images[:, :, ::-1])
    assert record.flip_averaged_accuracy == (mean.argmax(axis=1) == test.labels).mean()
    assert record.flip_averaged_accuracy < record.accuracy
    assert record.near_duplicates.found >= 2
    assert record.near_duplicates.found + record.near_duplicates.images == 60
    assert [corruption.kind for corruption in record.corruptions] == list(KINDS)
    noisy = _SideSeer().predict(corrupt(test.images, "noise", 5, seed=0)).argmax(axis=1)
    assert record.corruptions[0].accuracies[4] == (noisy == test.labels).mean()
    assert all(len(corruption.accuracies) == 5 for corruption in record.corruptions)
    assert record.expected_calibration_error == expected_calibration_error(said, test.labels)
    # At 80 % and 1.5, (8 ** 1.5) / (8 ** 1.5 + 2) without the temperature; all of them right.
    assert record.unscaled_calibration_error == pytest.approx(
        abs(right.mean() - 8**1.5 / (8**1.5 + 2)), abs=1e-6
    )
    assert [scores.class_name for scores in record.class_scores] == ["dark", "left", "right"]
    assert record.sha256 == test.sha256() and record.images == 60


def test_says_what_it_does_and_how_far_it_is() -> None:
    seen: list[tuple[str, int, int]] = []
    many = stripes(REPORTED + 6)
    evaluate_fully(
        _SideSeer(), many, stripes(9), on_progress=lambda *progress: seen.append(progress)
    )
    predicted = [entry for entry in seen if not entry[0].startswith("looking")]
    assert predicted[0] == ("as they are", REPORTED, 32 * len(many))
    assert predicted[-1] == ("contrast, strength 5", 32 * len(many), 32 * len(many))
    assert [done for _, done, _ in predicted] == sorted(done for _, done, _ in predicted)
    assert seen[-1] == ("looking for near-duplicates", 1, 1)


def test_gives_no_accuracy_where_every_picture_is_known() -> None:
    known = stripes(6)
    record = evaluate_fully(_SideSeer(), known, known).record
    assert record.near_duplicates.images == 0 and record.near_duplicates.accuracy is None
    assert msgspec.json.decode(msgspec.json.encode(record), type=type(record)) == record


def test_refuses_no_pictures() -> None:
    with pytest.raises(TrainingError, match="got 0"):
        evaluate_fully(_SideSeer(), stripes(0), stripes(3))


def test_refuses_other_classes() -> None:
    part = stripes(3)
    other = LabelledImages(part.images, part.labels, ("a", "b", "c"))
    with pytest.raises(TrainingError, match="class names"):
        evaluate_fully(_SideSeer(), other, stripes(3))
