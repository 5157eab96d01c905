"""fashionsite.logs.PeerMistakes."""

import logging
import sys

import pytest

from fashionsite.logs import PeerMistakes


def _record(name: str) -> logging.LogRecord:
    try:
        raise ValueError("what Django found")
    except ValueError:
        return logging.LogRecord(name, logging.ERROR, "", 0, "bad", (), sys.exc_info())


@pytest.mark.parametrize("kind", ["DisallowedHost", "SuspiciousOperation", "RequestDataTooBig"])
def test_a_bad_request_is_one_line_at_warning(kind: str) -> None:
    record = _record(f"django.security.{kind}")
    assert PeerMistakes().filter(record)
    assert (record.levelname, record.exc_info) == ("WARNING", None)
    assert "\n" not in logging.Formatter("%(levelname)s %(message)s").format(record)


def test_our_own_bugs_keep_their_traceback() -> None:
    record = _record("django.request")
    assert PeerMistakes().filter(record)
    assert record.levelno == logging.ERROR
    assert "ValueError" in logging.Formatter().format(record)
