"""``manage.py prune``: what goes, what stays, what is said."""

import logging
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from results.lifecycle import SessionState
from results.models import Prediction, Report, Session
from tests.results.conftest import make_batch, make_predictions, make_report, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture(name="old")
def _old() -> Session:
    """A completed session of a hundred predictions that has been over for forty days."""
    session = make_report().session
    at = timezone.now() - timedelta(days=40)
    Session.objects.filter(pk=session.pk).update(finished_at=at, created_at=at)
    return session


def _prune(*options: str, caplog: pytest.LogCaptureFixture) -> list[str]:
    with caplog.at_level(logging.INFO):
        call_command("prune", *options)
    return [record.getMessage() for record in caplog.records]


def test_deletes_what_is_older_and_says_what(
    old: Session, caplog: pytest.LogCaptureFixture
) -> None:
    young = make_report().session
    said = _prune("--older-than=30d", caplog=caplog)
    assert said[0].startswith(f"session {old.pk}, completed, of ")
    assert said[0].endswith("100 predictions deleted, and the session")
    assert said[1] == "deleted 100 predictions of 1 sessions; sessions and reports as well"
    assert list(Session.objects.all()) == [young]
    assert Prediction.objects.count() == 100


def test_keeps_reports_where_asked_to(old: Session, caplog: pytest.LogCaptureFixture) -> None:
    said = _prune("--older-than=30d", "--keep-reports", caplog=caplog)
    assert said[-1] == "deleted 100 predictions of 1 sessions; sessions and reports stay"
    assert Report.objects.get().session == old
    assert not Prediction.objects.exists()
    again = _prune("--older-than=30d", "--keep-reports", caplog=caplog)
    assert again[-1].startswith("deleted 0 predictions of 0 sessions")


def test_a_dry_run_deletes_nothing(old: Session, caplog: pytest.LogCaptureFixture) -> None:
    said = _prune("--older-than=30d", "--dry-run", caplog=caplog)
    assert said == ["would delete 100 predictions of 1 sessions; sessions and reports as well"]
    old.refresh_from_db()
    assert old.pruned_at is None
    assert Prediction.objects.count() == 100


def test_only_of_a_state_and_all_but_the_newest(
    old: Session, caplog: pytest.LogCaptureFixture
) -> None:
    failed = make_session(SessionState.FAILED)
    _prune("--keep-newest=0", "--state=failed", caplog=caplog)
    assert list(Session.objects.all()) == [old]
    del failed
    _prune("--keep-newest=1", caplog=caplog)
    assert list(Session.objects.all()) == [old]


def test_never_touches_a_session_that_runs(caplog: pytest.LogCaptureFixture) -> None:
    session = make_session(started_at=timezone.now() - timedelta(days=400))
    make_predictions(session, make_batch(5))
    _prune("--keep-newest=0", caplog=caplog)
    assert Prediction.objects.filter(session=session).count() == 5


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param([], "say what to prune", id="nothing said"),
        pytest.param(["--keep-reports"], "say what to prune", id="only how"),
        pytest.param(["--older-than=month"], "an age is a whole number", id="no age"),
        pytest.param(["--keep-newest=-1"], "a whole number from 0 on", id="fewer than none"),
        pytest.param(["--older-than=1d", "--state=running"], "invalid choice", id="runs"),
    ],
)
def test_refuses_what_makes_no_sense(options: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("prune", *options)
