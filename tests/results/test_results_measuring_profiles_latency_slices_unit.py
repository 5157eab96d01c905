"""results.measuring.profiles.latency_slices: one query, of bounded size, stored at the end."""

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from results import services
from results.lifecycle import SessionState
from results.measuring.profiles import latency_slices
from results.models import Session
from results.selectors import get_session
from results.services.retention import prune_session
from tests.results.conftest import make_batch, make_dataset, make_predictions, make_session

pytestmark = pytest.mark.django_db


def _over(count: int) -> Session:
    session = make_session(SessionState.FAILED, announced=count, dataset=make_dataset(count=count))
    make_predictions(session, make_batch(count))
    return get_session(session.uuid)


def test_a_short_session_is_looked_at_whole(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session, latencies = _over(120), make_batch(120).latencies_ms.astype(np.float64)
    with django_assert_num_queries(2):
        found = latency_slices(session)
    assert found is not None
    assert len(found) == 60
    assert [one.p50_ms for one in found] == pytest.approx(
        np.median(latencies.reshape(60, 2), axis=1).tolist()
    )


def test_a_long_one_by_a_hundred_frames_a_slice(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session = _over(7000)
    with django_assert_num_queries(2):
        found = latency_slices(session)
    assert found is not None
    assert [one.frames for one in found] == [100] * 60
    latencies = make_batch(7000).latencies_ms
    for one in found:
        whole = np.percentile(latencies[one.first : one.last + 1], [50, 95])
        # Of some 117 frames 100 were drawn.
        assert abs(one.p50_ms - whole[0]) < 6 and abs(one.p95_ms - whole[1]) < 6


def test_it_outlives_the_predictions() -> None:
    before = latency_slices(_over(100))
    services.seal_blocks()
    services.look_at_drift()
    session = Session.objects.get()
    prune_session(session_uuid=session.uuid, keep_report=True)
    assert latency_slices(get_session(session.uuid)) == before


def test_nobody_can_tell_of_what_was_deleted_before() -> None:
    session = _over(100)
    prune_session(session_uuid=session.uuid, keep_report=True)
    assert latency_slices(get_session(session.uuid)) is None


def test_before_the_first_frame_there_are_none() -> None:
    assert latency_slices(make_session(SessionState.OPENED)) == ()
