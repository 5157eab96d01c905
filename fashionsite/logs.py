"""What the log makes of what is nobody's mistake or a peer's, and its lines as JSON."""

import json
import logging
import re
from datetime import UTC, datetime

from django.core.exceptions import RequestAborted


class PeerMistakes(logging.Filter):
    """Turns Django's tracebacks about bad requests into one line at warning.

    Django logs a malformed or suspicious request as an error of its own, with a traceback that
    shows nothing but Django.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record where it is such a one; let every record pass."""
        if record.name.startswith("django.security."):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
        return True


class NothingWrong(logging.Filter):
    """Leaves out two errors that are none.

    A client that goes away while its answer leaves, as a proxy's probe may, is an exception in a
    task of Django's that nobody retrieves. And a process that says it is not ready says why
    itself, where there is a reason.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every other record pass."""
        if record.name == "asyncio" and record.exc_info:
            return not isinstance(record.exc_info[1], RequestAborted)
        path = getattr(getattr(record, "request", None), "path", None)
        return not (record.name == "django.request" and path == "/ready/")


class JsonFormatter(logging.Formatter):
    """Makes each record one line, a JSON object: for programs that collect logs.

    ``time`` (UTC, RFC 3339), ``level``, ``logger`` and ``message``; ``session`` where the message
    names one; ``exception`` with the traceback where there is one. A record's extra attributes are
    left out: Django's hold whole requests.
    """

    _session = re.compile(
        r"\b(?:session|frames of) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b"
    )

    def format(self, record: logging.LogRecord) -> str:
        """The record as a JSON object, whose texts have every line break escaped."""
        message = record.getMessage()
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
        }
        named = self._session.search(message)
        if named is not None:
            line["session"] = named[1]
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps(line, ensure_ascii=False)
