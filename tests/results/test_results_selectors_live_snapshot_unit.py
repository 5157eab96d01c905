"""What the live view shows."""

import json
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from results.lifecycle import SessionState
from results.selectors import RECENT_PREDICTIONS, get_session, live_snapshot
from tests.results.conftest import (
    make_baseline,
    make_batch,
    make_classifier,
    make_dataset,
    make_predictions,
    make_session,
)

pytestmark = pytest.mark.django_db


def test_before_anything_happened_there_are_no_numbers() -> None:
    snapshot = live_snapshot(make_session(SessionState.OPENED))
    assert snapshot["state"] == "opened"
    assert snapshot["fps_achieved"] is None
    assert snapshot["latency_ms"] is None
    assert snapshot["last"] is None
    assert snapshot["class_counts"] == [0] * 10
    assert snapshot["stop_requested"] is False
    assert snapshot["interrupted"] is False


def test_says_that_the_session_is_interrupted() -> None:
    assert live_snapshot(make_session(interrupted_at=timezone.now()))["interrupted"] is True


def test_shows_the_last_prediction_and_recent_latencies(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session = make_session(announced=150, dataset=make_dataset(), stop_requested_at=timezone.now())
    batch = make_batch(150)
    make_predictions(session, batch)
    session = get_session(session.uuid)
    # The predictions, their classes, and whether the classifier has a baseline.
    with django_assert_num_queries(3):
        snapshot = live_snapshot(session)
    json.dumps(snapshot)
    last = snapshot["last"]
    assert last is not None
    assert last["sequence"] == 149
    assert last["class_id"] == batch.class_ids[-1]
    assert last["class_name"] == session.classifier.class_names[last["class_id"]]
    assert last["probabilities"] == batch.probabilities[-1].tolist()
    recent = batch.latencies_ms[-RECENT_PREDICTIONS:].astype(np.float64)
    latency = snapshot["latency_ms"]
    assert latency is not None
    assert latency["p50"] == pytest.approx(np.percentile(recent, 50))
    assert latency["p95"] == pytest.approx(np.percentile(recent, 95))
    assert snapshot["class_counts"] == np.bincount(batch.class_ids, minlength=10).tolist()
    assert snapshot["ledger"]["stored"] == 150
    assert snapshot["stop_requested"] is True
    assert snapshot["drift"] is None


def test_says_how_far_the_stream_is_from_the_baseline(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session = make_session(classifier=make_classifier(card={"baseline": make_baseline()}))
    make_predictions(session, make_batch(100, class_ids=[3] * 100))
    session = get_session(session.uuid)
    with django_assert_num_queries(4):
        drift = live_snapshot(session)["drift"]
    assert drift is not None
    assert (drift["level"], drift["frames"]) == ("large", 100)
    assert drift["sentence"].startswith("Large drift of class mix")
    assert drift["class_index"] > 0.25
    json.dumps(drift)
    # Whoever else looks within the second is told the same, and nothing is counted.
    with django_assert_num_queries(2):
        assert live_snapshot(session)["drift"] == drift


def test_the_rate_is_that_of_the_stream() -> None:
    ended = timezone.now() - timedelta(hours=1)
    session = make_session(
        SessionState.COMPLETED, started_at=ended - timedelta(seconds=9.9), stream_ended_at=ended
    )
    assert live_snapshot(session)["fps_achieved"] == pytest.approx(10)


def test_while_it_runs_the_rate_is_until_now() -> None:
    session = make_session(started_at=timezone.now() - timedelta(seconds=20))
    rate = live_snapshot(session)["fps_achieved"]
    assert rate is not None
    assert 4 < rate <= 99 / 20


def test_a_stream_that_took_no_time_has_no_rate() -> None:
    now = timezone.now()
    session = make_session(SessionState.FINISHING, started_at=now, stream_ended_at=now)
    assert live_snapshot(session)["fps_achieved"] is None
