"""results.services.insertion.insert_predictions."""

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from results.batches import PredictionBatch
from results.models import Prediction, Session
from results.services.insertion import NewPredictions, insert_predictions
from tests.results.conftest import make_batch, make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("count", [1, 127, 128, 129, 300])
def test_keeps_every_number_of_every_part(count: int) -> None:
    one, other = make_session(announced=1000), make_session()
    batch = make_batch(count)
    labels = (np.arange(count) % 10).astype(np.uint8)
    insert_predictions(
        [
            NewPredictions(one.uuid, batch, labels),
            NewPredictions(other.uuid, make_batch(2, start=7), None),
        ]
    )
    rows = list(Prediction.objects.filter(session=one).order_by("sequence"))
    assert [row.sequence for row in rows] == batch.sequences.tolist()
    assert [row.class_id for row in rows] == batch.class_ids.tolist()
    assert [row.confidence for row in rows] == batch.confidences.tolist()
    assert [row.latency_ms for row in rows] == batch.latencies_ms.tolist()
    assert [row.label for row in rows] == labels.tolist()
    assert b"".join(row.probabilities for row in rows) == batch.probabilities.tobytes()
    found = Prediction.objects.filter(session=other).order_by("sequence")
    assert list(found.values_list("sequence", "label")) == [(7, None), (8, None)]


def test_classifiers_of_different_sizes_may_take_turns() -> None:
    one, other = make_session(announced=1000), make_session()
    wide = make_batch(4, start=0)
    narrow = PredictionBatch(
        sequences=wide.sequences,
        probabilities=np.full((4, 2), 0.5, dtype=np.float32),
        latencies_ms=wide.latencies_ms,
    )
    parts = [
        NewPredictions(session.uuid, _part(batch, index), None)
        for index in range(4)
        for session, batch in ((one, wide), (other, narrow))
    ]
    insert_predictions(parts)
    for session, batch in ((one, wide), (other, narrow)):
        rows = Prediction.objects.filter(session=session).order_by("sequence")
        contents = [bytes(row.probabilities) for row in rows]
        assert contents == [row.tobytes() for row in batch.probabilities]


def _part(batch: PredictionBatch, index: int) -> PredictionBatch:
    only = slice(index, index + 1)
    return PredictionBatch(
        batch.sequences[only], batch.probabilities[only], batch.latencies_ms[only]
    )


def test_nothing_is_no_error() -> None:
    insert_predictions([])
    assert Prediction.objects.count() == 0


def test_a_frame_twice_is_refused_by_the_database() -> None:
    session = make_session()
    part = NewPredictions(session.uuid, make_batch(1), None)
    insert_predictions([part])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_predictions([part])
    assert Session.objects.get(pk=session.pk).predictions.count() == 1
