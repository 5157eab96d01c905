"""results.services.known.KnownPredictions."""

from uuid import UUID

import numpy as np
import pytest

from results.batches import PredictionBatch, extents
from results.errors import ConflictingPrediction
from results.models import Session
from results.services import Delivery, store_deliveries
from results.services.known import KnownPredictions
from tests.results.conftest import make_batch, make_session

pytestmark = pytest.mark.django_db


def _known(session: Session, *batches: PredictionBatch) -> KnownPredictions:
    named = [(session.uuid, batch, extents([batch])[0]) for batch in batches]
    return KnownPredictions(named, begun={session.uuid})


def _new(known: KnownPredictions, uuid: UUID, batch: PredictionBatch) -> list[bool] | None:
    rows = known.new_rows(uuid, batch, extents([batch])[0])
    return None if rows is None else rows.tolist()


def test_all_is_new_above_what_is_stored() -> None:
    session = make_session()
    store_deliveries([Delivery(session.uuid, make_batch(3))])
    batch = make_batch(3, start=3)
    assert _new(_known(session, batch), session.uuid, batch) is None


def test_knows_what_is_stored_and_what_came_before() -> None:
    session = make_session()
    store_deliveries([Delivery(session.uuid, make_batch(3))])
    first, second = make_batch(5), make_batch(7)
    known = _known(session, first, second)
    assert _new(known, session.uuid, first) == [False] * 3 + [True] * 2
    assert _new(known, session.uuid, second) == [False] * 5 + [True] * 2


def test_a_conflict_changes_nothing() -> None:
    session = make_session()
    store_deliveries([Delivery(session.uuid, make_batch(1))])
    right, wrong = make_batch(4), make_batch(4, seed=3)
    known = _known(session, wrong, right)
    with pytest.raises(ConflictingPrediction, match="frame 0 "):
        _new(known, session.uuid, wrong)
    assert _new(known, session.uuid, right) == [False, True, True, True]


def test_finds_many_batches_of_one_session() -> None:
    session = make_session(announced=1000)
    batch = make_batch(500)
    store_deliveries([Delivery(session.uuid, batch)])
    parts = [
        PredictionBatch(
            batch.sequences[index : index + 2],
            batch.probabilities[index : index + 2],
            batch.latencies_ms[index : index + 2],
        )
        for index in range(0, 500, 2)
    ]
    known = _known(session, *parts)
    assert [_new(known, session.uuid, part) for part in parts] == [[False, False]] * 250


def test_a_gap_is_new() -> None:
    session = make_session()
    batch = make_batch(9)
    rows = np.array([0, 8])
    ends = PredictionBatch(
        batch.sequences[rows], batch.probabilities[rows], batch.latencies_ms[rows]
    )
    store_deliveries([Delivery(session.uuid, ends)])
    assert _new(_known(session, batch), session.uuid, batch) == [False] + [True] * 7 + [False]
