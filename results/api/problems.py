"""How REST says what went wrong: ``{"code", "detail"}`` with the fitting status.

``code`` is stable; ``detail`` is one sentence for people.
"""

import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from results.errors import (
    FrameUnavailable,
    IllegalTransition,
    InvalidRequest,
    NoDataset,
    NotComparable,
    NotRepeatable,
    NoWorker,
    ParquetMissing,
    ResultsError,
    SessionNotFound,
    SessionNotOver,
    TooManySessions,
)

logger = logging.getLogger(__name__)

RETRY_AFTER_S = "60"
INVALID_REQUEST = InvalidRequest.code
STATUS_OF: dict[type[ResultsError], int] = {
    InvalidRequest: status.HTTP_400_BAD_REQUEST,
    SessionNotFound: status.HTTP_404_NOT_FOUND,
    FrameUnavailable: status.HTTP_404_NOT_FOUND,
    NoWorker: status.HTTP_409_CONFLICT,
    NoDataset: status.HTTP_409_CONFLICT,
    NotRepeatable: status.HTTP_409_CONFLICT,
    NotComparable: status.HTTP_409_CONFLICT,
    IllegalTransition: status.HTTP_409_CONFLICT,
    SessionNotOver: status.HTTP_409_CONFLICT,
    ParquetMissing: status.HTTP_501_NOT_IMPLEMENTED,
    TooManySessions: status.HTTP_429_TOO_MANY_REQUESTS,
}


class UnknownClassifier(exceptions.APIException):
    """A session asked for with a classifier that was never seen."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "unknown-classifier"


class UnknownDataset(exceptions.APIException):
    """A session asked for of a dataset that was never served, or not for who asks."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "unknown-dataset"


class NotTheOwner(exceptions.PermissionDenied):
    """A session that somebody else started."""

    default_code = "not-the-owner"


class StorageUnavailable(exceptions.APIException):
    """The database is locked, full or away; nothing was changed, and trying again helps."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "storage-unavailable"
    default_detail = "the database cannot be used just now; try again in a while"
    wait = 5


class ReportNotFound(exceptions.NotFound):
    """The session has no report (yet)."""

    default_code = "report-not-found"


class PredictionsPruned(exceptions.APIException):
    """The session's predictions were deleted, and nobody has counted them in a report."""

    status_code = status.HTTP_410_GONE
    default_code = "predictions-pruned"


class BaselineNotFound(exceptions.NotFound):
    """The classifier's card does not say how it answers where it was measured."""

    default_code = "no-baseline"


class SampleNotFound(exceptions.NotFound):
    """The report has no sample picture at that position."""

    default_code = "sample-not-found"


def problem_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The response to an error that a view raised; ``None`` for our own bugs (a 500)."""
    del context
    if isinstance(error, ResultsError):
        return _results_problem(error)
    if isinstance(error, (OperationalError, InterfaceError)):
        logger.warning("a request was not served, the database cannot be used just now: %s", error)
        error = StorageUnavailable()
    elif isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    response = _problem(error.status_code, _code_of(error), sentence(error.detail))
    challenge = getattr(error, "auth_header", None)
    if challenge:
        response["WWW-Authenticate"] = challenge
    wait = getattr(error, "wait", None)
    if wait:
        # Rounded up: at the time that is named, trying again does help.
        response["Retry-After"] = str(math.ceil(wait))
    return response


def status_of(error: Exception) -> int:
    """The status that an error of a request for something is answered with; 400 for others."""
    if isinstance(error, exceptions.APIException):
        return error.status_code
    return next((code for kind, code in STATUS_OF.items() if isinstance(error, kind)), 400)


def sentence(detail: object, place: str = "") -> str:
    """An error's detail, which may be nested by field, as one line of text.

    >>> sentence({"fps": ["A valid number is required."]})
    'fps: A valid number is required.'
    """
    if isinstance(detail, Mapping):
        return " ".join(
            sentence(value, "" if key == "non_field_errors" else str(key))
            for key, value in detail.items()
        )
    if isinstance(detail, Sequence) and not isinstance(detail, str):
        return " ".join(sentence(value, place) for value in detail)
    return f"{place}: {detail}" if place else str(detail)


def _results_problem(error: ResultsError) -> Response | None:
    for kind, status_code in STATUS_OF.items():
        if isinstance(error, kind):
            response = _problem(status_code, error.code, str(error))
            if status_code == status.HTTP_429_TOO_MANY_REQUESTS:
                # When a session ends is anybody's guess; this is how often to ask.
                response["Retry-After"] = RETRY_AFTER_S
            return response
    return None


def _problem(status_code: int, code: str, detail: str) -> Response:
    return Response({"code": code, "detail": detail}, status=status_code)


def _code_of(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.ValidationError | exceptions.ParseError):
        return INVALID_REQUEST
    detail = error.detail
    code = detail.code if isinstance(detail, exceptions.ErrorDetail) else error.default_code
    return str(code).replace("_", "-")
