"""Predictions are kept exactly once, all of a batch or nothing."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import numpy as np
import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from results.batches import PredictionBatch
from results.errors import (
    ConflictingPrediction,
    ConnectionReplaced,
    IllegalTransition,
    MalformedBatch,
    SessionNotFound,
    UnsentSequence,
)
from results.lifecycle import SessionState
from results.models import Prediction, Session
from results.services import StoredBatch, Streamed, store_predictions
from results.services.predictions import STREAM_SILENT_AFTER
from tests.results.conftest import make_batch, make_classifier, make_dataset, make_session

pytestmark = pytest.mark.django_db


def _store(session: Session, batch: PredictionBatch) -> StoredBatch:
    stored = store_predictions(session_uuid=session.uuid, batch=batch, labels=None)
    session.refresh_from_db()
    return stored


def test_keeps_every_number_as_it_came() -> None:
    session, batch = make_session(), make_batch(10)
    labels = np.arange(10, dtype=np.uint8)
    stored = store_predictions(session_uuid=session.uuid, batch=batch, labels=labels)
    assert stored == StoredBatch(stored=10, repeated=0, total=10)
    rows = list(Prediction.objects.filter(session=session))
    assert [row.sequence for row in rows] == list(range(10))
    assert [row.class_id for row in rows] == batch.class_ids.tolist()
    assert [row.confidence for row in rows] == batch.confidences.tolist()
    assert [row.latency_ms for row in rows] == batch.latencies_ms.tolist()
    assert [row.label for row in rows] == labels.tolist()
    assert b"".join(row.probabilities for row in rows) == batch.probabilities.tobytes()


def test_counts_what_the_session_has() -> None:
    session = make_session()
    _store(session, make_batch(10))
    assert _store(session, make_batch(5, start=20)).total == 15
    assert session.stored == 15


def test_a_repeated_batch_changes_nothing() -> None:
    session, batch = make_session(), make_batch(10)
    _store(session, batch)
    resent = replace(batch, latencies_ms=batch.latencies_ms + 1)
    assert _store(session, resent) == StoredBatch(stored=0, repeated=10, total=10)
    first = Prediction.objects.filter(session=session)[0]
    assert first.latency_ms == float(batch.latencies_ms[0])


def test_of_a_batch_that_overlaps_the_new_rows_are_kept() -> None:
    session, batch = make_session(), make_batch(10)
    part = PredictionBatch(batch.sequences[:4], batch.probabilities[:4], batch.latencies_ms[:4])
    _store(session, part)
    assert _store(session, batch) == StoredBatch(stored=6, repeated=4, total=10)


def test_a_sequence_twice_in_a_batch_with_the_same_content_is_repeated() -> None:
    session, one = make_session(), make_batch(1)
    twice = PredictionBatch(
        sequences=one.sequences.repeat(2),
        probabilities=one.probabilities.repeat(2, axis=0),
        latencies_ms=np.ones(2, dtype=np.float32),
    )
    assert _store(session, twice) == StoredBatch(stored=1, repeated=1, total=1)


def test_a_sequence_twice_in_a_batch_with_other_content_conflicts() -> None:
    session, batch = make_session(), make_batch(2)
    with pytest.raises(ConflictingPrediction, match="frame 7 "):
        _store(session, replace(batch, sequences=np.array([7, 7], dtype=np.uint64)))


def test_of_a_batch_that_conflicts_nothing_is_kept() -> None:
    session = make_session()
    _store(session, make_batch(1, start=5))
    with pytest.raises(ConflictingPrediction, match="frame 5 of .* has another prediction"):
        _store(session, make_batch(10, seed=9))
    session.refresh_from_db()
    assert session.stored == Prediction.objects.count() == 1


def test_a_frame_that_was_never_sent_has_no_prediction() -> None:
    session = make_session(sent=5)
    with pytest.raises(UnsentSequence, match="frame 5 was never sent; .* sent 5 so far"):
        _store(session, make_batch(7))
    assert Prediction.objects.count() == 0


def test_takes_the_count_of_who_streams_it() -> None:
    session = make_session(sent=5)
    streamed = Streamed(frames_connection=1, sent=7)
    stored = store_predictions(
        session_uuid=session.uuid, batch=make_batch(7), labels=None, streamed=streamed
    )
    session.refresh_from_db()
    assert (stored.total, session.sent) == (7, 7)
    with pytest.raises(UnsentSequence):
        store_predictions(
            session_uuid=session.uuid, batch=make_batch(8), labels=None, streamed=streamed
        )


@pytest.mark.parametrize(
    ("state", "fields"),
    [
        pytest.param(SessionState.RUNNING, {"frames_connection": 2}, id="replaced"),
        pytest.param(SessionState.FINISHING, {}, id="the-stream-has-ended"),
    ],
)
def test_takes_no_other_s_count(state: SessionState, fields: dict[str, int]) -> None:
    session = make_session(state, sent=5, **fields)
    with pytest.raises(UnsentSequence):
        store_predictions(
            session_uuid=session.uuid,
            batch=make_batch(7),
            labels=None,
            streamed=Streamed(frames_connection=1, sent=7),
        )


def test_where_the_process_that_streamed_is_gone_a_prediction_proves_its_frame() -> None:
    silent = timezone.now() - STREAM_SILENT_AFTER - timedelta(seconds=1)
    session = make_session(sent=5, frames_seen_at=silent)
    assert _store(session, make_batch(7)).total == 7
    assert session.sent == 7
    with pytest.raises(UnsentSequence):
        _store(session, make_batch(1, start=100))


@pytest.mark.parametrize(
    ("state", "fields", "count", "is_exact"),
    [
        pytest.param(SessionState.RUNNING, {}, 7, False, id="streamed-elsewhere"),
        pytest.param(SessionState.RUNNING, {}, 101, True, id="beyond-what-was-announced"),
        pytest.param(
            SessionState.RUNNING, {"frames_seen_at": None}, 7, True, id="the-frames-socket-broke"
        ),
        pytest.param(SessionState.FINISHING, {}, 7, True, id="the-stream-has-ended"),
    ],
)
def test_says_whether_the_count_may_still_rise(
    state: SessionState, fields: dict[str, None], count: int, is_exact: bool
) -> None:
    with pytest.raises(UnsentSequence) as refused:
        _store(make_session(state, sent=5, **fields), make_batch(count))
    assert refused.value.is_exact == is_exact


def test_a_socket_that_was_replaced_stores_nothing() -> None:
    session = make_session(connection=2)
    with pytest.raises(ConnectionReplaced):
        store_predictions(session_uuid=session.uuid, batch=make_batch(1), labels=None, connection=1)
    assert Prediction.objects.count() == 0


def test_is_a_sign_of_life() -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    session = make_session(last_seen_at=long_ago)
    _store(session, make_batch(1))
    assert session.last_seen_at > long_ago


@pytest.mark.parametrize("classes", [9, 11])
def test_another_number_of_classes_is_refused(classes: int) -> None:
    with pytest.raises(MalformedBatch, match="must have the shape"):
        _store(make_session(), make_batch(2, classes=classes))


def test_an_empty_batch_is_no_error() -> None:
    assert _store(make_session(), make_batch(0)) == StoredBatch(stored=0, repeated=0, total=0)


@pytest.mark.parametrize("state", SessionState)
def test_only_a_session_that_streams_takes_predictions(state: SessionState) -> None:
    session = make_session(state)
    if state in (SessionState.RUNNING, SessionState.FINISHING):
        assert _store(session, make_batch(1)).stored == 1
    else:
        with pytest.raises(IllegalTransition, match=f"this one is {state}"):
            _store(session, make_batch(1))


def test_labels_of_other_classes_are_left_out() -> None:
    names = [f"animal {index}" for index in range(10)]
    session = make_session(dataset=make_dataset(), classifier=make_classifier(class_names=names))
    labels = np.zeros(3, dtype=np.uint8)
    store_predictions(session_uuid=session.uuid, batch=make_batch(3), labels=labels)
    assert Prediction.objects.filter(label__isnull=True).count() == 3


def test_labels_must_be_as_many_as_predictions() -> None:
    with pytest.raises(ValueError, match="batch of 3 needs as many labels"):
        store_predictions(
            session_uuid=make_session().uuid, batch=make_batch(3), labels=np.zeros(2, np.uint8)
        )


def test_takes_the_largest_batch_in_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    session = make_session(announced=4096, dataset=make_dataset(count=4096))
    # Two of them begin and end the transaction, as it is one within that of the test.
    with django_assert_max_num_queries(7):
        stored = store_predictions(session_uuid=session.uuid, batch=make_batch(4096), labels=None)
    assert stored.total == Prediction.objects.count() == 4096


def test_needs_a_session() -> None:
    with pytest.raises(SessionNotFound):
        store_predictions(session_uuid=uuid4(), batch=make_batch(1), labels=None)
