"""Stored predictions as arrays again."""

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from results.selectors import get_session, prediction_batch
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def test_gives_back_every_bit_in_order(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    session = make_session()
    later, earlier = make_batch(40, start=60, seed=1), make_batch(60, seed=2)
    make_predictions(session, later)
    make_predictions(session, earlier)
    session = get_session(session.uuid)
    with django_assert_num_queries(1):
        batch = prediction_batch(session)
    assert batch.sequences.tolist() == list(range(100))
    assert batch.sequences.dtype == np.uint64
    for name in ("probabilities", "latencies_ms"):
        expected = np.concatenate([getattr(earlier, name), getattr(later, name)])
        assert getattr(batch, name).tobytes() == expected.tobytes()


def test_begins_and_ends_where_it_is_told() -> None:
    session = make_session()
    make_predictions(session, make_batch(30, start=10))
    assert prediction_batch(session, first=25).sequences.tolist() == list(range(25, 40))
    assert prediction_batch(session, first=5, limit=3).sequences.tolist() == [10, 11, 12]
    assert len(prediction_batch(session, first=40)) == 0


def test_of_nothing_is_empty() -> None:
    batch = prediction_batch(make_session())
    assert len(batch) == 0
    assert batch.probabilities.shape == (0, 10)
