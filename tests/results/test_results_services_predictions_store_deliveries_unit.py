"""Batches of many sessions in one transaction, each of them kept or refused by itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import numpy as np
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from results.batches import PredictionBatch
from results.errors import (
    ConflictingPrediction,
    ConnectionReplaced,
    IllegalTransition,
    MalformedBatch,
    ResultsError,
    SessionNotFound,
    UnsentSequence,
)
from results.lifecycle import SessionState
from results.models import Prediction, Session
from results.services import Delivery, StoredBatch, Streamed, store_deliveries
from tests.results.conftest import make_batch, make_classifier, make_session

pytestmark = pytest.mark.django_db


def _conflicting() -> Delivery:
    session = make_session()
    store_deliveries([Delivery(session.uuid, make_batch(1, start=5))])
    return Delivery(session.uuid, make_batch(10, seed=9))


def _infinite() -> Delivery:
    batch = make_batch(2)
    latencies_ms = np.array([1, np.inf], dtype=np.float32)
    return Delivery(make_session().uuid, replace(batch, latencies_ms=latencies_ms))


REFUSED = [
    pytest.param(lambda: Delivery(uuid4(), make_batch(1)), SessionNotFound, id="no session"),
    pytest.param(
        lambda: Delivery(make_session(connection=2).uuid, make_batch(1), connection=1),
        ConnectionReplaced,
        id="replaced",
    ),
    pytest.param(
        lambda: Delivery(make_session(SessionState.OPENED).uuid, make_batch(1)),
        IllegalTransition,
        id="not started",
    ),
    pytest.param(_infinite, MalformedBatch, id="no latency"),
    pytest.param(
        lambda: Delivery(make_session().uuid, make_batch(1, classes=9)),
        MalformedBatch,
        id="other classes",
    ),
    pytest.param(
        lambda: Delivery(make_session(sent=5).uuid, make_batch(7)), UnsentSequence, id="unsent"
    ),
    pytest.param(_conflicting, ConflictingPrediction, id="conflict"),
]


@pytest.mark.parametrize(("make_refused", "error"), REFUSED)
def test_one_that_is_refused_harms_none_of_the_others(
    make_refused: Callable[[], Delivery], error: type[ResultsError]
) -> None:
    first, last = make_session(), make_session()
    refused = make_refused()
    stored_before = Prediction.objects.filter(session=refused.session_uuid).count()
    before = Session.objects.filter(pk=refused.session_uuid).values().first()
    outcomes = store_deliveries(
        [Delivery(first.uuid, make_batch(3)), refused, Delivery(last.uuid, make_batch(4))]
    )
    assert outcomes[0] == StoredBatch(stored=3, repeated=0, total=3)
    assert isinstance(outcomes[1], error)
    assert outcomes[2] == StoredBatch(stored=4, repeated=0, total=4)
    assert Prediction.objects.filter(session=refused.session_uuid).count() == stored_before
    assert Session.objects.filter(pk=refused.session_uuid).values().first() == before
    assert Prediction.objects.filter(session__in=[first, last]).count() == 7


def test_all_may_be_refused() -> None:
    outcomes = store_deliveries([Delivery(uuid4(), make_batch(1)) for _ in range(3)])
    assert [type(each) for each in outcomes] == [SessionNotFound] * 3


def test_those_of_one_session_are_taken_in_turn() -> None:
    session, other = make_session(), make_session()
    batch = make_batch(6)
    again = PredictionBatch(batch.sequences[2:], batch.probabilities[2:], batch.latencies_ms[2:])
    outcomes = store_deliveries(
        [
            Delivery(session.uuid, make_batch(4)),
            Delivery(other.uuid, make_batch(2)),
            # Of these, two are in the batch before it; and then all of them are.
            Delivery(session.uuid, again),
            Delivery(session.uuid, again),
            Delivery(session.uuid, make_batch(1, start=3, seed=5)),
            Delivery(session.uuid, make_batch(2, start=6)),
        ]
    )
    assert outcomes[:4] == [
        StoredBatch(stored=4, repeated=0, total=4),
        StoredBatch(stored=2, repeated=0, total=2),
        StoredBatch(stored=2, repeated=2, total=6),
        StoredBatch(stored=0, repeated=4, total=6),
    ]
    assert isinstance(outcomes[4], ConflictingPrediction)
    assert outcomes[5] == StoredBatch(stored=2, repeated=0, total=8)
    session.refresh_from_db()
    assert session.stored == Prediction.objects.filter(session=session).count() == 8


def test_finds_what_is_stored_below_the_highest() -> None:
    session = make_session()
    scattered = make_batch(100)
    rows = np.array([2, 3, 50, 90])
    part = PredictionBatch(
        scattered.sequences[rows], scattered.probabilities[rows], scattered.latencies_ms[rows]
    )
    store_deliveries([Delivery(session.uuid, part)])
    order = np.random.default_rng(0).permutation(100)
    shuffled = PredictionBatch(
        scattered.sequences[order], scattered.probabilities[order], scattered.latencies_ms[order]
    )
    assert store_deliveries([Delivery(session.uuid, shuffled)]) == [
        StoredBatch(stored=96, repeated=4, total=100)
    ]


def test_labels_that_do_not_fit_store_nothing() -> None:
    session = make_session()
    wrong = Delivery(session.uuid, make_batch(3), labels=np.zeros(2, np.uint8))
    with pytest.raises(ValueError, match="batch of 3 needs as many labels"):
        store_deliveries([Delivery(session.uuid, make_batch(1)), wrong])
    assert Prediction.objects.count() == 0


def test_keeps_the_labels_of_each() -> None:
    alike = make_session()
    strange = make_session(classifier=make_classifier(class_names=[f"n{i}" for i in range(10)]))
    labels = np.array([4, 5], dtype=np.uint8)
    store_deliveries(
        [Delivery(each.uuid, make_batch(2), labels=labels) for each in (alike, strange)]
    )
    for session, expected in ((alike, [4, 5]), (strange, [None, None])):
        rows = Prediction.objects.filter(session=session).values_list("label", flat=True)
        assert list(rows) == expected


def test_an_error_of_the_database_stores_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = [make_session() for _ in range(3)]

    def fail(*_args: object, **_more: object) -> None:
        raise OperationalError("disk full")

    monkeypatch.setattr("results.services.predictions.save_counts", fail)
    with pytest.raises(OperationalError):
        store_deliveries([Delivery(each.uuid, make_batch(2)) for each in sessions])
    assert Prediction.objects.count() == 0


def test_many_sessions_take_no_more_queries_than_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    sessions = [make_session() for _ in range(60)]
    store_deliveries([Delivery(each.uuid, make_batch(3)) for each in sessions])
    # Two of them begin and end the transaction, as it is one within that of the test.
    with django_assert_max_num_queries(8):
        outcomes = store_deliveries(
            [Delivery(each.uuid, make_batch(3, start=3)) for each in sessions]
        )
    assert outcomes == [StoredBatch(stored=3, repeated=0, total=6)] * 60
    with django_assert_max_num_queries(8):
        outcomes = store_deliveries([Delivery(each.uuid, make_batch(3)) for each in sessions])
    assert outcomes == [StoredBatch(stored=0, repeated=3, total=6)] * 60


def test_says_that_a_session_is_streamed_where_it_still_is() -> None:
    long_ago = timezone.now() - timedelta(seconds=4)
    streamed = make_session(frames_connection=1, frames_seen_at=long_ago)
    broken = make_session(frames_connection=1, frames_seen_at=None)
    for session in (streamed, broken):
        delivery = Delivery(session.uuid, make_batch(1), streamed=Streamed(1, 1))
        assert store_deliveries([delivery]) == [StoredBatch(stored=1, repeated=0, total=1)]
        session.refresh_from_db()
    assert streamed.frames_seen_at is not None and streamed.frames_seen_at > long_ago
    assert broken.frames_seen_at is None


@pytest.mark.parametrize(("start", "is_looked_for"), [(5, False), (3, True)])
def test_looks_for_no_row_of_a_batch_that_begins_above_them(
    start: int, is_looked_for: bool
) -> None:
    session = make_session()
    store_deliveries([Delivery(session.uuid, make_batch(5))])
    with CaptureQueriesContext(connection) as queries:
        store_deliveries([Delivery(session.uuid, make_batch(5, start=start))])
    reads = [each["sql"] for each in queries.captured_queries if each["sql"].startswith("SELECT")]
    assert any("probabilities" in read for read in reads) is is_looked_for
