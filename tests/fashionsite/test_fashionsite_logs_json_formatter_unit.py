"""fashionsite.logs.JsonFormatter."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from fashionsite.logs import JsonFormatter

SESSION = UUID(int=7)


def _line(message: str, *arguments: object, **fields: Any) -> dict[str, Any]:
    record = logging.LogRecord("app.module", logging.INFO, "", 0, message, arguments, None)
    vars(record).update(fields)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    content: dict[str, Any] = json.loads(text)
    return content


def test_a_record_is_an_object_in_one_line() -> None:
    line = _line("%d frames\nof %s", 3, "Zürich", created=1763733600.25)
    assert line == {
        "time": "2025-11-21T14:00:00.250+00:00",
        "level": "INFO",
        "logger": "app.module",
        "message": "3 frames\nof Zürich",
    }
    assert datetime.fromisoformat(line["time"]) == datetime(2025, 11, 21, 14, 0, 0, 250000, UTC)


def _exception() -> Any:
    try:
        raise ValueError("of our own")
    except ValueError:
        return sys.exc_info()


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        pytest.param("session %s: opened, %d frames", (SESSION, 3), id="an event of it"),
        pytest.param("%s: closed with %s", (f"session {SESSION} of ::1:5", 1006), id="its socket"),
        pytest.param("%s: refused", (f"frames of {SESSION} to ::1:5",), id="its frames' socket"),
    ],
)
def test_names_the_session_that_a_message_is_about(
    message: str, arguments: tuple[object, ...]
) -> None:
    assert _line(message, *arguments)["session"] == str(SESSION)


@pytest.mark.parametrize("message", ["session - of ::1:5: closed", f"worker {SESSION} left"])
def test_names_none_where_there_is_none(message: str) -> None:
    assert "session" not in _line(message)


def test_a_traceback_is_text_beside_the_message() -> None:
    line = _line("it failed", exc_info=_exception(), stack_info="Stack:\n  here")
    assert line["exception"].startswith("Traceback") and "\n" in line["exception"]
    assert line["exception"].endswith("ValueError: of our own")
    assert line["stack"] == "Stack:\n  here"


def test_what_others_hang_on_a_record_stays_out_of_it() -> None:
    assert "request" not in _line("hello", request="a whole request, cookies and all")
