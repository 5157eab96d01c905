"""results.pages.session.prediction_rows: lines of the predictions table."""

import pytest

from results.pages.session import TOP_K, prediction_rows
from tests.results.conftest import (
    CLASS_NAMES,
    make_batch,
    make_dataset,
    make_predictions,
    make_session,
)

pytestmark = pytest.mark.django_db


def test_says_what_was_predicted_and_whether_it_is_right() -> None:
    session = make_session()
    stored = make_predictions(session, make_batch(3, class_ids=[1, 2, 3]), [1, 0, None])
    rows = prediction_rows(session, stored)
    assert [row.is_right for row in rows] == [True, False, None]
    assert [row.label_name for row in rows] == [CLASS_NAMES[1], CLASS_NAMES[0], None]
    assert rows[0].class_name == CLASS_NAMES[1]
    assert len(rows[0].top) == TOP_K
    name, share = rows[0].top[0]
    assert name == CLASS_NAMES[1]
    assert share == pytest.approx(rows[0].confidence)
    assert rows[0].top[1][1] >= rows[0].top[2][1]


def test_labels_have_the_names_of_the_dataset() -> None:
    session = make_session(dataset=make_dataset(class_names=["eins", "zwei"]))
    rows = prediction_rows(session, make_predictions(session, make_batch(1, class_ids=[0]), [1]))
    assert (rows[0].class_name, rows[0].label_name) == (CLASS_NAMES[0], "zwei")
