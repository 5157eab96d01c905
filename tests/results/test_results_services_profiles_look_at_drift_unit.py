"""results.services.profiles.look_at_drift: alarms are kept and logged once, profiles made once."""

import logging
from datetime import timedelta

import pytest

from results import services
from results.lifecycle import SessionState
from results.models import Session, SessionProfile
from tests.results.conftest import (
    make_baseline,
    make_batch,
    make_classifier,
    make_predictions,
    make_session,
)

pytestmark = pytest.mark.django_db


def _streaming(class_id: int) -> Session:
    """A session under way that says one class only."""
    session = make_session(
        announced=1000, classifier=make_classifier(card={"baseline": make_baseline()})
    )
    make_predictions(session, make_batch(100, class_ids=[class_id] * 100))
    return session


def test_an_alarm_is_kept_and_logged_as_a_warning_once(caplog: pytest.LogCaptureFixture) -> None:
    session = _streaming(class_id=3)
    with caplog.at_level(logging.INFO, "results"):
        assert services.look_at_drift() == 1
        services.look_at_drift()
    session.refresh_from_db()
    assert session.drift_level == "large"
    assert session.drift_alarm_at is not None
    warnings = [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]
    assert len(warnings) == 1
    assert warnings[0].startswith(f"session {session.pk}: Large drift of class mix")


def test_a_stream_as_the_baseline_is_noted_without_alarm(
    caplog: pytest.LogCaptureFixture,
) -> None:
    session = make_session(
        announced=1000, classifier=make_classifier(card={"baseline": make_baseline()})
    )
    make_predictions(session, make_batch(1000))
    services.look_at_drift()
    session.refresh_from_db()
    assert (session.drift_level, session.drift_alarm_at) == ("none", None)
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]


def test_when_drift_has_passed_the_alarm_stays_on_record() -> None:
    session = _streaming(class_id=3)
    services.look_at_drift()
    # As if the rest of the stream had made up for it.
    session.predictions.all().delete()
    make_predictions(session, make_batch(900))
    services.look_at_drift()
    session.refresh_from_db()
    assert session.drift_level == "none"
    assert session.drift_alarm_at is not None


@pytest.mark.parametrize(
    "card",
    [
        pytest.param({}, id="no baseline"),
        pytest.param({"baseline": None}, id="null"),
        pytest.param({"baseline": {"class_counts": "x"}}, id="a broken one"),
    ],
)
def test_without_a_baseline_nothing_is_noted(card: dict[str, object]) -> None:
    session = make_session(classifier=make_classifier(card=card))
    make_predictions(session, make_batch(100, class_ids=[1] * 100))
    services.look_at_drift()
    session.refresh_from_db()
    assert (session.drift_level, session.drift_alarm_at) == ("", None)


def test_a_session_that_is_over_gets_its_profile_once_it_is_packed() -> None:
    session = make_session(
        SessionState.FAILED, classifier=make_classifier(card={"baseline": make_baseline()})
    )
    batch = make_batch(100, class_ids=[3] * 100)
    make_predictions(session, batch)
    assert services.look_at_drift() == 0
    services.seal_blocks()
    assert services.look_at_drift() == 1
    assert services.look_at_drift() == 0
    profile = SessionProfile.objects.get(session=session)
    assert profile.class_counts == [0, 0, 0, 100, 0, 0, 0, 0, 0, 0]
    assert sum(cell[1] for cell in profile.confidences) == 100
    assert sum(one[2] for one in profile.latencies) == 100
    session.refresh_from_db()
    assert session.drift_level == "large"


def test_two_processes_make_one_profile() -> None:
    session = make_session(SessionState.FAILED)
    make_predictions(session, make_batch(10))
    services.seal_blocks()
    session.refresh_from_db()
    services.keep_profile(session)
    services.keep_profile(session)
    assert SessionProfile.objects.count() == 1


def test_begins_with_nothing_once_its_time_is_over() -> None:
    _streaming(class_id=3)
    assert services.look_at_drift(within=timedelta(0)) == 0
