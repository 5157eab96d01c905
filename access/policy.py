"""The rules and limits that the settings ask for. Limits count in this process's memory."""

import time
from functools import cache

from django.conf import settings

from access.errors import TooMany
from access.limits import SlidingWindow, Slots
from access.roles import Rules, Visitor

WINDOW_S = 60.0


def rules() -> Rules:
    """Who may do what on this server."""
    return Rules(
        is_network=settings.ACCESS == "network",
        reading_is_open=settings.OPEN_READING,
    )


def check_start(visitor: Visitor) -> None:
    """Count a session, or a client that follows, against its visitor's limit.

    Raises:
        TooMany: this would be one too many within a minute.
    """
    limit = settings.SESSION_STARTS_PER_MINUTE
    wait_s = _window("starts", limit).hit(visitor.key, time.monotonic())
    if wait_s:
        raise TooMany(
            f"at most {limit} sessions may be started in a minute; try again in {wait_s:.0f} s",
            wait_s,
        )


def check_request(visitor: Visitor) -> None:
    """Count a REST request against its visitor's limit.

    Raises:
        TooMany: this would be one too many within a minute.
    """
    limit = settings.REQUESTS_PER_MINUTE
    wait_s = _window("requests", limit).hit(visitor.key, time.monotonic())
    if wait_s:
        raise TooMany(
            f"at most {limit} requests may be made in a minute; try again in {wait_s:.0f} s",
            wait_s,
        )


def connection_slots() -> Slots:
    """The websockets that each address may have open at once, for one port."""
    return Slots(settings.MAX_CONNECTIONS)


def forget() -> None:
    """Begin to count anew, for tests."""
    _window.cache_clear()


@cache
def _window(name: str, limit: int) -> SlidingWindow:
    """One window for each kind of event, and a new one where a test sets another limit."""
    del name
    return SlidingWindow(limit, WINDOW_S)
