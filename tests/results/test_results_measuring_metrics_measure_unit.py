"""Metrics from a confusion matrix, compared with scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics as sk

from results.measuring.metrics import measure


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scikit_learn(seed: int) -> None:
    random = np.random.default_rng(seed)
    labels, predicted = random.integers(0, 7, 300), random.integers(0, 7, 300)
    predicted = np.where(random.random(300) < 0.6, labels, predicted)
    confusion = sk.confusion_matrix(labels, predicted, labels=range(7)).astype(np.int64)
    measured = measure(confusion, list("abcdefg"))
    precision, recall, f1, support = sk.precision_recall_fscore_support(
        labels, predicted, labels=range(7)
    )
    assert measured["labelled"] == 300
    assert measured["accuracy"] == pytest.approx(sk.accuracy_score(labels, predicted))
    assert measured["macro_f1"] == pytest.approx(sk.f1_score(labels, predicted, average="macro"))
    assert [one["precision"] for one in measured["per_class"]] == pytest.approx(precision)
    assert [one["recall"] for one in measured["per_class"]] == pytest.approx(recall)
    assert [one["f1"] for one in measured["per_class"]] == pytest.approx(f1)
    assert [one["support"] for one in measured["per_class"]] == support.tolist()
    assert [one["predicted"] for one in measured["per_class"]] == np.bincount(predicted).tolist()
    assert measured["confusion_matrix"] == confusion.tolist()


def test_a_fraction_of_nothing_is_none() -> None:
    # Only class 0 has labels, class 1 is predicted wrongly, class 2 does not occur.
    measured = measure(np.array([[1, 1, 0], [0, 0, 0], [0, 0, 0]]), ["a", "b", "c"])
    first, second, third = measured["per_class"]
    assert [first["precision"], first["recall"], first["f1"]] == pytest.approx([1, 0.5, 2 / 3])
    assert (second["precision"], second["recall"], second["f1"]) == (0, None, 0)
    assert (third["precision"], third["recall"], third["f1"]) == (None, None, None)
    # Undefined classes are left out, as scikit-learn does with zero_division=nan.
    assert measured["macro_f1"] == pytest.approx(
        sk.f1_score([0, 0], [0, 1], labels=[0, 1, 2], average="macro", zero_division=np.nan)
    )


def test_without_labels_nothing_is_known() -> None:
    measured = measure(np.zeros((2, 2), dtype=np.int64), ["a", "b"])
    assert measured["labelled"] == 0
    assert measured["accuracy"] is None
    assert measured["macro_f1"] is None


def test_refuses_a_matrix_of_another_size() -> None:
    with pytest.raises(ValueError, match=r"2 classes need a square.*got \(3, 3\)"):
        measure(np.zeros((3, 3), dtype=np.int64), ["a", "b"])
