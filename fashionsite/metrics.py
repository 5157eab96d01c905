"""`/metrics`: what a process counts about itself, and what the database knows of sessions."""

import logging
import threading
import time
from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from access import policy
from access.errors import TokenRefused
from access.middleware import BEARER_CHALLENGE
from access.visitors import request_token, visitor_of
from results.lifecycle import SessionState
from results.selectors import count_sessions_by_state
from telemetry.metrics import REGISTRY

logger = logging.getLogger(__name__)

# However often it is asked, the database is asked this often.
COUNTS_STAND_FOR_S = 5.0


class SessionStates(Collector):
    """The sessions of the database by state, counted anew every few seconds.

    Every process on one database gives the same numbers.

    Args:
        stand_for_s: How long a count is given again, seconds.
    """

    def __init__(self, stand_for_s: float = COUNTS_STAND_FOR_S) -> None:
        self._stand_for_s = stand_for_s
        self._lock = threading.Lock()
        self._counted_at: float | None = None
        self._counts: dict[str, int] | None = None

    def describe(self) -> list[GaugeMetricFamily]:
        """The names of the metrics; asked for them, a registry does not ask the database."""
        return list(_families(None))

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The counts; none where the database cannot be read, which is a metric of its own."""
        with self._lock:
            now = time.monotonic()
            if self._counted_at is None or now - self._counted_at >= self._stand_for_s:
                self._counts, self._counted_at = _counted(), now
            counts = self._counts
        yield from _families(counts)


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics as text, for whoever may watch; 401 or 403 for others."""
    rules = policy.rules()
    try:
        token = request_token(request) if rules.is_network else None
        visitor = visitor_of(request, token)
        if not rules.may_watch(visitor) and visitor.is_anonymous:
            raise TokenRefused("the metrics take a token of the scope read")
    except TokenRefused as error:
        return JsonResponse(
            {"code": error.code, "detail": str(error)},
            status=401,
            headers={"WWW-Authenticate": BEARER_CHALLENGE},
        )
    if not rules.may_watch(visitor):
        detail = "the metrics are for staff, and for tokens of the scope read"
        return JsonResponse({"code": "not-permitted", "detail": detail}, status=403)
    text = generate_latest(REGISTRY) + generate_latest(_stored)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _counted() -> dict[str, int] | None:
    try:
        return count_sessions_by_state()
    except DatabaseError as error:
        logger.warning("sessions were not counted: %s", error)
        return None


def _families(counts: dict[str, int] | None) -> Iterator[GaugeMetricFamily]:
    is_up = GaugeMetricFamily("fashionsite_database_up", "Whether the sessions could be counted.")
    is_up.add_metric([], float(counts is not None))
    yield is_up
    sessions = GaugeMetricFamily(
        "fashionsite_sessions", "Sessions in the database, by state.", labels=["state"]
    )
    if counts is not None:
        for state in SessionState:
            sessions.add_metric([state], counts.get(state, 0))
    yield sessions


# Apart from what the process counts, which can be read without a database.
_stored = CollectorRegistry()
_stored.register(SessionStates())
