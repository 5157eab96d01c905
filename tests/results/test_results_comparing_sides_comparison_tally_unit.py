"""results.comparing.sides.ComparisonTally, against scikit-learn and the evaluation of packages."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, recall_score

from analysis.evaluation.metrics import expected_calibration_error
from results.comparing.comparison import Pair
from results.comparing.sides import Change, Comparison, ComparisonTally, Confidences

RNG = np.random.default_rng(3)
FRAMES, CLASSES = 500, 4
LABELS = RNG.integers(-1, CLASSES, FRAMES)
LABELS[LABELS == 3] = 2  # of one class there is no label
FIRST = RNG.integers(0, CLASSES, FRAMES)
SECOND = np.where(RNG.random(FRAMES) < 0.7, FIRST, RNG.integers(0, CLASSES, FRAMES))
SURE = Confidences(RNG.uniform(0.25, 1, FRAMES), RNG.uniform(0.25, 1, FRAMES).round(1))
NAMES = ("a", "b", "c", "d")


def _compared(step: int) -> Comparison:
    tally = ComparisonTally(NAMES)
    for start in range(0, FRAMES, step):
        part = slice(start, start + step)
        sequences = np.arange(FRAMES, dtype=np.uint64)[part]
        tally.add(
            Pair(sequences, FIRST[part], SECOND[part], LABELS[part]),
            Confidences(SURE.first[part], SURE.second[part]),
        )
    return tally.comparison


def test_counts_by_class_what_scikit_learn_counts() -> None:
    found, known = _compared(FRAMES), LABELS >= 0
    wanted = recall_score(LABELS[known], SECOND[known], average=None, labels=[0, 1, 2])
    assert [one.second_recall for one in found.classes] == [*wanted, None]
    assert found.said == confusion_matrix(FIRST, SECOND, labels=range(CLASSES)).tolist()
    for one in found.classes:
        of_label = LABELS == one.class_id
        assert one.support == of_label.sum()
        right, other = FIRST == LABELS, SECOND == LABELS
        assert one.only_first_right == (of_label & right & ~other).sum()
        assert one.only_second_right == (of_label & other & ~right).sum()
        assert (one.first_said, one.second_said) == (
            (FIRST == one.class_id).sum(),
            (SECOND == one.class_id).sum(),
        )


def test_a_class_without_labels_has_no_difference() -> None:
    first, *_, last = _compared(FRAMES).classes
    assert first.first_recall is not None and first.second_recall is not None
    assert first.difference == first.second_recall - first.first_recall
    assert last.difference is None


def test_calibrates_as_the_evaluation_of_packages_does() -> None:
    found, known = _compared(FRAMES), LABELS >= 0
    for side, ids, sure in ((found.first, FIRST, SURE.first), (found.second, SECOND, SURE.second)):
        # Probabilities whose highest is the confidence; the others share the rest.
        probabilities = np.repeat((1 - sure)[:, None] / (CLASSES - 1) - 1e-9, CLASSES, axis=1)
        probabilities[np.arange(FRAMES), ids] = sure
        wanted = expected_calibration_error(probabilities[known], LABELS[known])
        assert side.calibration_error == pytest.approx(wanted)
        assert side.confidence_mean == pytest.approx(sure.mean())


def test_pieces_add_up_to_the_whole() -> None:
    one, other = _compared(FRAMES), _compared(70)
    assert one.verdict == other.verdict
    assert one.said == other.said
    assert [each.difference for each in one.classes] == [each.difference for each in other.classes]
    assert one.first.calibration_error == pytest.approx(other.first.calibration_error)


def test_names_the_most_frequent_changes_first() -> None:
    found = _compared(FRAMES)
    changes = found.changes(3)
    matrix = np.array(found.said)
    np.fill_diagonal(matrix, 0)
    assert [one.frames for one in changes] == sorted(matrix.ravel().tolist(), reverse=True)[:3]
    first = changes[0]
    assert first == Change(
        first.first_class_id,
        first.second_class_id,
        found.said[first.first_class_id][first.second_class_id],
    )


def test_says_nothing_of_nothing() -> None:
    found = ComparisonTally(NAMES).comparison
    assert (found.first.confidence_mean, found.first.calibration_error) == (None, None)
    assert not found.changes(3)
