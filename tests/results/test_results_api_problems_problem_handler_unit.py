"""results.api.problems.problem_handler: errors as status, code and sentence."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions

from results import errors
from results.api.problems import (
    PredictionsPruned,
    ReportNotFound,
    SampleNotFound,
    UnknownClassifier,
    problem_handler,
)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        pytest.param(errors.InvalidRequest("no"), 400, "invalid-request", id="out of range"),
        pytest.param(errors.SessionNotFound("no"), 404, "session-not-found", id="no session"),
        pytest.param(errors.FrameUnavailable("no"), 404, "frame-unavailable", id="no frame"),
        pytest.param(errors.NoWorker("no"), 409, "no-worker", id="no worker"),
        pytest.param(errors.NoDataset("no"), 409, "no-dataset", id="no dataset"),
        pytest.param(errors.TooManySessions("no"), 429, "too-many", id="sessions"),
        pytest.param(errors.IllegalTransition("no"), 409, "illegal-transition", id="state"),
        pytest.param(UnknownClassifier("no"), 400, "unknown-classifier", id="classifier"),
        pytest.param(ReportNotFound("no"), 404, "report-not-found", id="report"),
        pytest.param(PredictionsPruned("no"), 410, "predictions-pruned", id="pruned"),
        pytest.param(SampleNotFound("no"), 404, "sample-not-found", id="sample"),
        pytest.param(exceptions.ValidationError("no"), 400, "invalid-request", id="validation"),
        pytest.param(exceptions.ParseError("no"), 400, "invalid-request", id="no JSON"),
        pytest.param(exceptions.UnsupportedMediaType("a/b", "no"), 415, "unsupported-media-type"),
    ],
)
def test_each_error_has_its_status_and_code(error: Exception, status: int, code: str) -> None:
    response = problem_handler(error, {})
    assert response is not None
    assert response.status_code == status
    assert response.data == {"code": code, "detail": "no"}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        pytest.param(Http404(), 404, id="not found"),
        pytest.param(PermissionDenied(), 403, id="denied"),
    ],
)
def test_takes_what_django_raises(error: Exception, status: int) -> None:
    response = problem_handler(error, {})
    assert response is not None
    assert response.status_code == status
    assert response.data["detail"]


def test_says_when_to_come_again() -> None:
    for error, seconds in (
        (exceptions.Throttled(wait=7), "7"),
        # At that time it does help, so it is never too early.
        (exceptions.Throttled(wait=0.2), "1"),
        (errors.TooManySessions("no"), "60"),
    ):
        response = problem_handler(error, {})
        assert response is not None
        assert response["Retry-After"] == seconds


def test_says_how_to_come_in() -> None:
    error = exceptions.NotAuthenticated("no")
    setattr(error, "auth_header", 'Bearer realm="here"')  # as DRF does
    response = problem_handler(error, {})
    assert response is not None
    assert (response.status_code, response["WWW-Authenticate"]) == (401, 'Bearer realm="here"')


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(ValueError("a bug"), id="any error"),
        pytest.param(errors.ConflictingPrediction("never over REST"), id="one of another place"),
    ],
)
def test_leaves_our_own_bugs_alone(error: Exception) -> None:
    assert problem_handler(error, {}) is None


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_trouble_with_the_database_passes(
    kind: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    response = problem_handler(kind("database is locked"), {})
    assert response is not None
    assert (response.status_code, response.data["code"]) == (503, "storage-unavailable")
    assert response["Retry-After"] == "5"
    (record,) = caplog.records
    assert "database is locked" in record.getMessage() and record.exc_info is None
