"""Pages, REST and admin over a database of very many sessions and predictions."""

import importlib
import logging
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import django

from bench.datasets import noise_dataset
from bench.figures import Scale, Section
from bench.hosts import ENGINES, EngineUnavailable, own_database, own_process
from bench.pages_figures import (
    Filled,
    Visited,
    addresses_table,
    databases_table,
    goals,
    session_sizes,
)

logger = logging.getLogger(__name__)

SESSIONS, QUICK_SESSIONS = 1_000, 20
PREDICTIONS, QUICK_PREDICTIONS = 10_000_000, 20_000
FEW_SESSIONS, QUICK_FEW_SESSIONS = 110, 12
VISITS_A_ROUND, QUICK_VISITS = 5, 1
# The file, its journal and what PostgreSQL writes ahead.
BYTES_A_PREDICTION = 600

_HOW = """\
A database of {sessions:,} sessions and {predictions:,} predictions, a tenth of them in one session, is
made for each engine. Django's test client then visits every address, one after the other, over and
over, in one process that has seen each of them before and looks for garbage as rarely as a server: what is measured is
everything but the socket. Queries are counted with the
largest and {few} small sessions, so that each list is as long as a page, and with all.
"""


def measure(scale: Scale) -> Section:
    """Every address on every engine that is there."""
    sessions = scale.pick(SESSIONS, QUICK_SESSIONS)
    predictions = scale.pick(PREDICTIONS, QUICK_PREDICTIONS)
    visits = scale.pick(VISITS_A_ROUND * scale.rounds, QUICK_VISITS)
    few = scale.pick(FEW_SESSIONS, QUICK_FEW_SESSIONS)
    notes: list[str] = []
    found: dict[str, tuple[Filled, list[Visited]]] = {}
    with tempfile.TemporaryDirectory(prefix="fashionsite-bench-") as name:
        folder = Path(name)
        dataset = noise_dataset(folder, 100, 28)
        for engine in ENGINES:
            if shutil.disk_usage(folder).free < 2 * BYTES_A_PREDICTION * predictions:
                notes.append(f"{engine} was left out: the disk has too little room.")
                continue
            try:
                with own_database(engine, folder) as settings, own_process() as process:
                    logger.info("pages: %s", engine)
                    found[engine] = process.submit(
                        _visit_all,
                        {**settings, "FASHIONSITE_VAR_DIR": str(folder)},
                        sizes=session_sizes(sessions, predictions),
                        few=few,
                        dataset_path=dataset,
                        visits=visits,
                    ).result()
            except EngineUnavailable as error:
                notes.append(f"{engine} was left out: {error}.")
    filled = {engine: each for engine, (each, _) in found.items()}
    visited = {engine: each for engine, (_, each) in found.items()}
    return Section(
        title="Pages with many sessions",
        how=_HOW.format(sessions=sessions, predictions=predictions, few=few),
        tables=(
            databases_table(filled),
            addresses_table(visited),
        ),
        goals=tuple(goal for engine, each in visited.items() for goal in goals(engine, each)),
        notes=tuple(notes),
    )


def _visit_all(
    settings: Mapping[str, str], *, sizes: list[int], few: int, **options: Any
) -> tuple[Filled, list[Visited]]:
    """In a process of its own, whose settings are those."""
    os.environ.update(settings)
    os.environ["DJANGO_SETTINGS_MODULE"] = "fashionsite.settings"
    django.setup()
    from django.conf import settings as of_django  # pylint: disable=import-outside-toplevel  # now

    # The name under which the test client asks.
    of_django.ALLOWED_HOSTS = [*of_django.ALLOWED_HOSTS, "testserver"]
    visits = importlib.import_module("bench.pages_visits")
    found: tuple[Filled, list[Visited]] = visits.visit_all(
        few=sizes[:few], sizes=sizes[few:], **options
    )
    return found
