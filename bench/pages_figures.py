"""What visits to many pages came to, as tables and goals (pure)."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.figures import Column, Goal, Table

WANTED_MS = {"PostgreSQL": 100.0, "SQLite": 200.0}


@dataclass(frozen=True, slots=True)
class Visited:
    """What visits to one address came to.

    Attributes:
        few_queries: How many queries it takes where there are a few sessions.
        queries: How many with all of them.
        times_ms: Of each visit with all of them, in order.
        cpu_ms: What each took of this process's processor time; less than that is waiting, for
            the database or for other processes.
    """

    group: str
    name: str
    few_queries: int
    queries: int
    times_ms: list[float]
    cpu_ms: list[float]


@dataclass(frozen=True, slots=True)
class Filled:
    """How long it took to make the database, and how large it is."""

    seconds: float
    megabytes: float


def session_sizes(sessions: int, predictions: int) -> list[int]:
    """How many predictions each session has: the largest first, then the small ones.

    The first has a tenth of all, an eighth of them are small, the others are alike.

    >>> sizes = session_sizes(1_000, 10_000_000)
    >>> sizes[0], sizes[1], sizes[-1], sizes.count(10_000), sum(sizes)
    (1000000, 2080, 10000, 874, 10000000)
    """
    largest = predictions // 10
    small = math.ceil((sessions - 1) / 8)
    alike = predictions // sessions
    rest = predictions - largest - (sessions - 1 - small) * alike
    sizes = [rest // small + (number < rest % small) for number in range(small)]
    sizes = [largest, *sizes, *[alike] * (sessions - 1 - small)]
    return sizes


def percentile(times_ms: Sequence[float], which: float) -> float:
    """That percentile, linearly interpolated.

    >>> percentile([1.0, 2.0, 3.0], 50)
    2.0
    """
    return float(np.percentile(times_ms, which))


def databases_table(found: Mapping[str, Filled]) -> Table:
    """How long each engine's database took to make, and how large it is."""
    return Table(
        title="The databases",
        columns=(
            Column("engine", "engine"),
            Column("seconds", "made within, s", 1),
            Column("megabytes", "size, MB"),
        ),
        rows=tuple(
            {"engine": engine, "seconds": each.seconds, "megabytes": each.megabytes}
            for engine, each in found.items()
        ),
    )


def addresses_table(visited: Mapping[str, Iterable[Visited]]) -> Table:
    """A row an address, its queries and times by engine."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for engine, each in visited.items():
        for one in each:
            row = rows.setdefault((one.group, one.name), {"group": one.group, "name": one.name})
            row[f"{engine} queries"] = (
                str(one.queries)
                if one.queries == one.few_queries
                else f"{one.few_queries} → {one.queries}"
            )
            row[f"{engine} p50"] = statistics.median(one.times_ms)
            row[f"{engine} cpu"] = statistics.median(one.cpu_ms)
            row[f"{engine} p95"] = percentile(one.times_ms, 95)
    columns = [Column("group", ""), Column("name", "what")]
    for engine in visited:
        columns += [
            Column(f"{engine} queries", f"queries, {engine}"),
            Column(f"{engine} p50", f"p50, ms, {engine}", 1),
            Column(f"{engine} p95", f"p95, ms, {engine}", 1),
            Column(f"{engine} cpu", f"of it CPU, {engine}", 1),
        ]
    return Table("Every address", tuple(columns), tuple(rows.values()))


def goals(engine: str, visited: Sequence[Visited]) -> list[Goal]:
    """How slow the slowest may be, and that no number of queries grows with the sessions."""
    grown = sum(one.queries > one.few_queries for one in visited)
    slowest = max(visited, key=lambda one: percentile(one.times_ms, 95))
    return [
        Goal(
            text=f"the slowest address's p95 on {engine} ({slowest.group}: {slowest.name}), ms",
            wanted=WANTED_MS[engine],
            measured=percentile(slowest.times_ms, 95),
            at_least=False,
        ),
        Goal(
            text=f"addresses on {engine} whose number of queries grows with the sessions",
            wanted=0,
            measured=grown,
            at_least=False,
        ),
    ]
