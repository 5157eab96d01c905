"""The confusion matrix, compared with scikit-learn."""

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries
from sklearn import metrics as sk

from results.selectors import confusion_matrix, get_session
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def test_is_that_of_scikit_learn(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    session, batch = make_session(), make_batch(100)
    labels = np.random.default_rng(0).integers(0, 10, 100).tolist()
    make_predictions(session, batch, labels)
    make_predictions(make_session(), batch, labels)
    session = get_session(session.uuid)
    with django_assert_num_queries(1):
        matrix = confusion_matrix(session)
    assert np.array_equal(matrix, sk.confusion_matrix(labels, batch.class_ids, labels=range(10)))


def test_frames_without_a_label_are_left_out() -> None:
    session = make_session()
    make_predictions(session, make_batch(3, class_ids=[4, 5, 6]), [4, None, 0])
    matrix = confusion_matrix(session)
    assert matrix.sum() == 2
    assert matrix[4, 4] == matrix[0, 6] == 1
