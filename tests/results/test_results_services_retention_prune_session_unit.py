"""results.services.retention.prune_session."""

from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from results.errors import IllegalTransition, SessionNotFound
from results.lifecycle import SessionState
from results.models import Prediction, PredictionBlock, Report, Sample, Session
from results.services import seal_blocks
from results.services.retention import DELETED_AT_ONCE, Pruned, prune_session
from tests.results.conftest import make_batch, make_predictions, make_report, make_session

pytestmark = pytest.mark.django_db


def _no_rest(seconds: float) -> None:
    assert seconds >= 0


def test_predictions_go_and_the_report_stays() -> None:
    session, other = make_report().session, make_report().session
    seal_blocks()
    done = prune_session(session_uuid=session.pk, keep_report=True, rest=_no_rest)
    assert done == Pruned(predictions=100, whole=False)
    session.refresh_from_db()
    assert session.pruned_at is not None
    assert session.stored == 100
    assert not Prediction.objects.filter(session=session).exists()
    assert not PredictionBlock.objects.filter(session=session).exists()
    assert session.report.samples.count() == 10
    assert Prediction.objects.filter(session=other).count() == 100
    assert PredictionBlock.objects.filter(session=other).exists()


def test_the_whole_session_goes() -> None:
    session = make_report().session
    seal_blocks()
    done = prune_session(session_uuid=session.pk, keep_report=False, rest=_no_rest)
    assert done == Pruned(predictions=100, whole=True)
    assert not Session.objects.exists()
    assert not Prediction.objects.exists()
    assert not PredictionBlock.objects.exists()
    assert not Report.objects.exists()
    assert not Sample.objects.exists()


def test_a_session_that_streamed_its_frames_again_stays() -> None:
    session = make_session(SessionState.COMPLETED)
    again = make_session(SessionState.COMPLETED, repeats=session)
    prune_session(session_uuid=session.pk, keep_report=False, rest=_no_rest)
    again.refresh_from_db()
    assert again.repeats is None


def test_rests_after_each_of_small_steps(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    count = 2 * DELETED_AT_ONCE + 1
    session = make_session(SessionState.FAILED, announced=2 * count)
    make_predictions(session, make_batch(count, start=50))
    left = []

    def rest(seconds: float) -> None:
        assert seconds > 0
        left.append(Prediction.objects.count())

    with django_assert_max_num_queries(30):
        prune_session(session_uuid=session.pk, keep_report=True, rest=rest)
    assert left == [DELETED_AT_ONCE + 1, 1, 0]


def test_goes_on_where_it_was_interrupted() -> None:
    session = make_session(SessionState.FAILED, announced=2 * DELETED_AT_ONCE)
    make_predictions(session, make_batch(DELETED_AT_ONCE + 5))

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt(seconds)

    with pytest.raises(KeyboardInterrupt):
        prune_session(session_uuid=session.pk, keep_report=True, rest=interrupted)
    session.refresh_from_db()
    since = session.pruned_at
    assert since is not None
    done = prune_session(session_uuid=session.pk, keep_report=True, rest=_no_rest)
    session.refresh_from_db()
    assert (done.predictions, session.pruned_at) == (5, since)


@pytest.mark.django_db(transaction=True)
def test_others_can_write_while_it_rests() -> None:
    session = make_report().session

    def rest(seconds: float) -> None:
        assert seconds > 0
        assert not connection.in_atomic_block
        assert connection.get_autocommit()

    assert prune_session(session_uuid=session.pk, keep_report=True, rest=rest).predictions == 100


@pytest.mark.parametrize("keep_report", [True, False])
def test_refuses_a_session_that_is_not_over(keep_report: bool) -> None:
    session = make_session()
    make_predictions(session, make_batch(3))
    with pytest.raises(IllegalTransition, match="running"):
        prune_session(session_uuid=session.pk, keep_report=keep_report)
    assert Prediction.objects.count() == 3


def test_refuses_a_session_that_there_is_not() -> None:
    with pytest.raises(SessionNotFound):
        prune_session(session_uuid=uuid4(), keep_report=True)
