"""results.measuring.profiles.profile_of: counted while it may change, stored afterwards."""

import pytest
from pytest_django import DjangoAssertNumQueries

from results import services
from results.lifecycle import SessionState
from results.measuring.profiles import profile_of
from results.models import Session
from results.selectors import get_session
from results.services.retention import prune_session
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def _over() -> Session:
    session = make_session(SessionState.FAILED)
    make_predictions(session, make_batch(100), [index % 10 for index in range(100)])
    return get_session(session.uuid)


def test_the_stored_one_is_what_was_counted_and_takes_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    counted = profile_of(_over())
    services.seal_blocks()
    services.look_at_drift()
    session = get_session(Session.objects.get().uuid)
    with django_assert_num_queries(1):
        stored = profile_of(session)
    assert counted is not None and stored is not None
    assert stored.class_counts == counted.class_counts
    assert stored.calibration.expected_error == pytest.approx(
        counted.calibration.expected_error, abs=1e-6
    )
    assert stored.effects == counted.effects


def test_it_outlives_the_predictions() -> None:
    before = profile_of(_over())
    services.seal_blocks()
    services.look_at_drift()
    prune_session(session_uuid=Session.objects.get().uuid, keep_report=True)
    after = profile_of(get_session(Session.objects.get().uuid))
    assert before is not None and after is not None
    assert after.effects == before.effects


def test_there_is_none_of_what_was_deleted_before() -> None:
    session = _over()
    prune_session(session_uuid=session.uuid, keep_report=True)
    assert profile_of(get_session(session.uuid)) is None
