"""fashionsite.logs.NothingWrong."""

import logging
from typing import Any

import pytest
from django.core.exceptions import RequestAborted
from django.test import RequestFactory

from fashionsite.logs import NothingWrong


def _passes(name: str, error: Exception | None = None, **fields: Any) -> bool:
    exc_info = None if error is None else (type(error), error, None)
    record = logging.LogRecord(name, logging.ERROR, "", 0, "it failed", (), exc_info)
    vars(record).update(fields)
    return bool(NothingWrong().filter(record))


def test_a_client_that_went_away_is_no_error() -> None:
    assert not _passes("asyncio", RequestAborted())


def test_a_process_that_is_not_ready_is_no_error() -> None:
    assert not _passes("django.request", request=RequestFactory().get("/ready/"))


@pytest.mark.parametrize(
    ("name", "error"),
    [
        pytest.param("asyncio", ValueError("a bug of a task"), id="another task's error"),
        pytest.param("asyncio", None, id="what asyncio says itself"),
        pytest.param("streaming.consumers.base", RequestAborted(), id="said by somebody else"),
        pytest.param("django.request", ValueError("a bug of a view"), id="without a request"),
    ],
)
def test_everything_else_is_said(name: str, error: Exception | None) -> None:
    assert _passes(name, error)


def test_the_error_of_another_page_is_said() -> None:
    assert _passes("django.request", request=RequestFactory().get("/health/"))
