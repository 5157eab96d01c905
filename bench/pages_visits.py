"""Every page, endpoint and list of the admin of one database, visited again and again."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.pages_data import fill, made_pool
from bench.pages_figures import Filled, Visited
from results import selectors
from results.models import Session
from results.search import PredictionSearch
from streaming.collecting import collect_rarely


@dataclass(frozen=True, slots=True)
class Address:
    """Something to visit.

    Attributes:
        group: Of the table.
        name: Within its group.
        visit: Does it, and returns the status of the answer.
    """

    group: str
    name: str
    visit: Callable[[], int]

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others."""
        return self.group, self.name

    def check(self) -> None:
        """Visit it.

        Raises:
            RuntimeError: it answered with an error.
        """
        status = self.visit()
        if status >= 400:
            raise RuntimeError(f"{self.group}: {self.name} answered {status}")


def visit_all(
    *, few: Sequence[int], sizes: Sequence[int], dataset_path: Path, visits: int
) -> tuple[Filled, list[Visited]]:
    """Fill the database that the settings name, and visit everything in turns.

    Args:
        few: The sizes of the sessions that are there when queries are counted first.
        sizes: Those of the sessions that are added to them then.
        visits: How often each is visited when times are taken.

    Raises:
        RuntimeError: an address answered with an error.
    """
    call_command("migrate", verbosity=0)
    get_user_model().objects.create_superuser("bench")
    pool = made_pool()
    began = time.perf_counter()
    sessions = fill(few, dataset_path=dataset_path, pool=pool)
    took = time.perf_counter() - began
    few_queries = {one.key: _queries(one) for one in addresses(sessions)}
    began = time.perf_counter()
    sessions += fill(sizes, dataset_path=dataset_path, pool=pool, first=len(few))
    took += time.perf_counter() - began
    # What autovacuum does within the minute, and `runstream` on SQLite never needs.
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
    found = addresses(sessions)
    visited = {
        one: Visited(one.group, one.name, few_queries[one.key], _queries(one), [], [])
        for one in found
    }
    # As the process that serves pages does once it has started; this one has a full database's
    # worth of leftovers, of which a look at everything would take a fifth of a second.
    collect_rarely()
    for _ in range(visits):
        for one in found:
            began, cpu_began = time.perf_counter(), time.process_time()
            one.check()
            visited[one].times_ms.append(1000 * (time.perf_counter() - began))
            visited[one].cpu_ms.append(1000 * (time.process_time() - cpu_began))
    return Filled(took, _megabytes()), list(visited.values())


def addresses(sessions: Sequence[Session]) -> list[Address]:
    """Everything there is to visit of sessions that :func:`bench.pages_data.fill` made."""
    largest = max(sessions, key=lambda session: session.stored)
    report = [one for one in sessions if one.state == "completed" and one is not largest]
    usual = max(report, key=lambda session: session.stored)
    failed = next((one for one in sessions if one.state == "failed"), usual)
    parts = (
        _pages(sessions, largest, usual, failed),
        _endpoints(sessions, largest, usual, failed),
        _admin(largest),
    )
    return [address for part in parts for address in part]


def _pages(
    sessions: Sequence[Session], largest: Session, usual: Session, failed: Session
) -> Iterator[Address]:
    visitor, running = Client(), sessions[-1]
    yield _get(visitor, "page", "sessions", reverse("results:sessions"))
    old = {"before": sessions[len(sessions) // 10].pk}
    yield _get(visitor, "page", "sessions, far back", reverse("results:sessions"), old)
    for name, session in (
        ("usual", usual),
        ("failed", failed),
        ("running", running),
        ("largest", largest),
    ):
        yield _get(visitor, "page", f"session, {name}", session.get_absolute_url())
    wall = reverse("results:frames", args=[largest.pk])
    for name, query in _searches(largest.stored).items():
        yield _get(visitor, "page", f"frames of the largest{name}", wall, query)
    frame = reverse("results:frame", args=[largest.pk, largest.stored * 9 // 10])
    yield _get(visitor, "page", "a frame of the largest", frame)
    yield _get(visitor, "page", "its next that is wrong", frame, {"right": "false"})
    yield _get(visitor, "page", "downloads", reverse("results:downloads", args=[largest.pk]))
    compared = reverse("results:compare", args=[largest.pk])
    yield _get(visitor, "page", "what to compare with", compared)
    yield _get(visitor, "page", "a comparison", compared, {"with": str(usual.pk)})
    both = reverse("results:compared-frame", args=[largest.pk, usual.pk, 7])
    yield _get(visitor, "page", "a frame that is compared", both)

    def look() -> int:
        selectors.live_snapshot(selectors.get_session(running.pk))
        return 200

    yield Address("page", "a look of the live view", look)


def _endpoints(
    sessions: Sequence[Session], largest: Session, usual: Session, failed: Session
) -> Iterator[Address]:
    visitor, running = Client(), sessions[-1]
    listed = reverse("results-api:sessions")
    yield _get(visitor, "REST", "sessions", listed)
    yield _get(visitor, "REST", "sessions, 200", listed, {"limit": "200"})
    yield _get(visitor, "REST", "sessions, failed", listed, {"state": "failed"})
    yield _get(visitor, "REST", "sessions, by classifier", listed, {"classifier": "made-up"})
    far = visitor.get(listed, {"limit": str(min(200, max(1, len(sessions) // 2)))}).json()["next"]
    yield _get(visitor, "REST", "sessions, far back", far)
    for name in ("session", "report", "verification", "samples", "metrics"):
        yield _get(visitor, "REST", name, reverse(f"results-api:{name}", args=[usual.pk]))
    for name, session in (("largest", largest), ("failed", failed), ("running", running)):
        address = reverse("results-api:metrics", args=[session.pk])
        yield _get(visitor, "REST", f"metrics, {name}", address)
    for name in ("history", "drift", "threshold", "calibration", "latency"):
        yield _get(visitor, "REST", name, reverse(f"results-api:{name}", args=[usual.pk]))
        address = reverse(f"results-api:{name}", args=[largest.pk])
        yield _get(visitor, "REST", f"{name}, largest", address)
    for name in ("comparison", "flips"):
        address = reverse(f"results-api:{name}", args=[largest.pk, usual.pk])
        yield _get(visitor, "REST", name, address)
    address = reverse("results-api:predictions", args=[largest.pk])
    for name, query in _searches(largest.stored).items():
        yield _get(visitor, "REST", f"predictions{name}", address, query)
    yield _get(visitor, "REST", "predictions, 1000", address, {"limit": "1000"})
    sample = reverse("results-api:sample", args=[usual.pk, 3])
    yield _get(visitor, "REST", "sample picture", sample)
    frame = reverse("results-api:frame", args=[usual.pk, 7])
    yield _get(visitor, "REST", "frame picture", frame)
    for name in ("classifiers", "report-schema"):
        yield _get(visitor, "REST", name, reverse(f"results-api:{name}"))


def _admin(largest: Session) -> Iterator[Address]:
    staff = Client()
    staff.force_login(get_user_model().objects.get(username="bench"))
    yield _get(staff, "admin", "index", reverse("admin:index"))
    listed = reverse("admin:results_session_changelist")
    for name, query in (
        ("", {}),
        (", second page", {"p": "2"}),
        (", of a state", {"state__exact": "completed"}),
        (", searched", {"q": str(largest.pk)}),
        (", of a month", {"created_at__year": "2026", "created_at__month": "1"}),
    ):
        yield _get(staff, "admin", f"sessions{name}", listed, query)
    change = reverse("admin:results_session_change", args=[largest.pk])
    yield _get(staff, "admin", "largest session", change)
    predictions = reverse("admin:results_prediction_changelist")
    of = {"session__exact": str(largest.pk)}
    for name, query in (
        ("", {}),
        (", far back", {"p": "90"}),
        (", of the largest", of),
        (", of the largest, wrong", {**of, "right": "no"}),
        (", of the largest, no label", {**of, "right": "unlabelled"}),
    ):
        yield _get(staff, "admin", f"predictions{name}", predictions, query)
    for name in ("dataset", "classifier", "worker"):
        yield _get(staff, "admin", f"{name}s", reverse(f"admin:results_{name}_changelist"))
    first = PredictionSearch(largest).page(100).rows
    chosen = [str(one.pk) for one in first]
    listed_sessions = [str(pk) for pk in Session.objects.values_list("pk", flat=True)[:100]]
    for name, address, rows in (
        ("predictions", predictions, chosen),
        ("sessions", listed, listed_sessions),
    ):
        yield _export(staff, name, address, rows)


def _searches(count: int) -> dict[str, dict[str, str]]:
    """Ways to ask for predictions, the worst of them among them."""
    deep = {"after": str(count * 9 // 10)}
    return {
        "": {},
        ", near the end": deep,
        ", a class": {"class_id": "3"},
        ", a class, near the end": {"class_id": "3", **deep},
        ", wrong": {"right": "false"},
        ", wrong and sure": {"right": "false", "confidence_min": "0.9999"},
        ", below 30 %": {"confidence_max": "0.3"},
        ", what there is not": {"label": "77"},
        ", less sure than any": {"confidence_max": "0.01"},
        ", least sure first": {"order": "confidence"},
        ", most sure first": {"order": "-confidence"},
        ", least sure first, near the end": {"order": "confidence", **deep},
    }


def _get(
    visitor: Client, group: str, name: str, address: str, query: dict[str, Any] | None = None
) -> Address:
    whole = f"{address}?{urlencode(query)}" if query else address

    return Address(group, name, lambda: visitor.get(whole).status_code)


def _export(staff: Client, name: str, address: str, rows: list[str]) -> Address:
    form = {"action": "export_csv", "_selected_action": rows}
    return Address("admin", f"export of 100 {name}", lambda: staff.post(address, form).status_code)


def _queries(one: Address) -> int:
    # The first visit also fills what a process keeps.
    one.check()
    with CaptureQueriesContext(connection) as captured:
        one.check()
    return len(captured)


def _megabytes() -> float:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
        size: tuple[int] = cursor.fetchone()
    return size[0] / 1e6
