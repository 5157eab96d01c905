"""The confusion matrix is scikit-learn's: rows are the truth, columns the prediction."""

import numpy as np
from sklearn import metrics

from analysis.evaluation.metrics import confusion_matrix


def test_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    labels, predictions = rng.integers(0, 4, size=(2, 300))
    expected = metrics.confusion_matrix(labels, predictions, labels=range(5))
    assert np.array_equal(confusion_matrix(labels, predictions, class_count=5), expected)


def test_counts_small_label_types_without_overflow() -> None:
    labels = np.full(3, 200, dtype=np.uint8)
    assert confusion_matrix(labels, labels, class_count=250)[200, 200] == 3


def test_is_all_zeros_for_nothing() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert confusion_matrix(nothing, nothing, class_count=2).tolist() == [[0, 0], [0, 0]]
