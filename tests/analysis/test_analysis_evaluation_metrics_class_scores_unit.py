"""Scores by class are scikit-learn's, except that what is undefined is None."""

import numpy as np
import pytest
from sklearn import metrics

from analysis.evaluation.metrics import class_scores, confusion_matrix


def test_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    labels, predictions = rng.integers(0, 4, size=(2, 300))
    scores = class_scores(confusion_matrix(labels, predictions, class_count=4), tuple("abcd"))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(labels, predictions)
    assert [score.class_name for score in scores] == list("abcd")
    assert [score.precision for score in scores] == pytest.approx(precision)
    assert [score.recall for score in scores] == pytest.approx(recall)
    assert [score.f1 for score in scores] == pytest.approx(f1)
    assert [score.images for score in scores] == support.tolist()


def test_gives_none_where_a_denominator_is_0() -> None:
    confusion = np.array([[0, 2, 0], [0, 0, 0], [0, 0, 0]])
    scores = {score.class_name: score for score in class_scores(confusion, ("a", "b", "c"))}
    assert (scores["a"].precision, scores["a"].recall) == (None, 0.0)
    assert (scores["b"].precision, scores["b"].recall) == (0.0, None)
    assert (scores["c"].precision, scores["c"].recall, scores["c"].f1) == (None, None, None)
