"""``python -m bench [PART …]``: measure, and write ``var/bench.json`` and ``docs/benchmarks.md``.

Without a part all six are measured, and ``inference`` where it is named. With a part, the others'
last figures stay in both files, each with the date and machine of its own. ``--quick`` goes through
everything in two minutes, and writes to ``var/`` only.
"""

import argparse
import datetime
import importlib
import json
import logging
import os
import platform
import time
from dataclasses import replace
from pathlib import Path

import django
import torch

from analysis.classifiers.devices import processor_name
from bench.figures import Scale, Section
from bench.report import as_json, measured_at, render_page, sections_from

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
# In the order of the page; each is a module of this folder.
PARTS = ("end_to_end", "latency", "streams", "growth", "pages", "peers")
# Measured only where they are named: what they decide is decided, docs/decisions/0003-inference.md.
ON_DEMAND = ("inference",)


def measure_part(name: str, scale: Scale) -> Section:
    """Run one part; only its own libraries are loaded."""
    section: Section = importlib.import_module(f"bench.{name}").measure(scale)
    return section


def main(arguments: list[str] | None = None) -> int:
    """Measure the parts that are asked for, one after the other, and write everything down.

    A part that fails is logged, and the others are measured.

    Returns:
        1 where a part failed, else 0.
    """
    names = ", ".join(PARTS + ON_DEMAND)
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {names}")
    parser.add_argument("--quick", action="store_true", help="a smoke test, in two minutes")
    parser.add_argument("--rounds", type=_at_least_one, default=5, help="default 5")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.parts) - set(PARTS + ON_DEMAND))
    if unknown:
        parser.error(f"no part is called {unknown[0]!r}; there are {names}")
    scale = Scale(rounds=1 if options.quick else options.rounds, is_quick=options.quick)
    var = _set_up()
    document = var / ("bench-quick.json" if options.quick else "bench.json")
    page = var / "bench-quick.md" if options.quick else PAGE
    sections = _kept(document) if options.parts else {}
    failed: list[str] = []
    for name in options.parts or PARTS:
        logger.info("measuring: %s", name)
        started = time.monotonic()
        try:
            sections[name] = replace(measure_part(name, scale), measured=measured_at(**_here()))
        except Exception:  # pylint: disable=broad-exception-caught  # the next may succeed
            logger.exception("%s failed, and is left as it was", name)
            failed.append(name)
            continue
        logger.info("measured: %s, in %.0f s", name, time.monotonic() - started)
        _write(document, page, sections)
    if len(failed) < len(options.parts or PARTS):
        logger.info("written: %s and %s", document, page)
    if failed:
        logger.error("failed: %s", ", ".join(failed))
    return 1 if failed else 0


def _at_least_one(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, got {text!r}")
    return number


def _set_up() -> Path:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fashionsite.settings")
    django.setup()
    from django.conf import settings  # pylint: disable=import-outside-toplevel  # after set-up

    var: Path = settings.VAR_DIR
    return var


def _kept(document: Path) -> dict[str, Section]:
    if not document.exists():
        return {}
    return sections_from(json.loads(document.read_text(encoding="utf-8")))


def _write(document: Path, page: Path, sections: dict[str, Section]) -> None:
    about = _here()
    ordered = {name: sections[name] for name in PARTS + ON_DEMAND if name in sections}
    document.write_text(
        json.dumps(as_json(ordered, **about), indent=1, ensure_ascii=False), encoding="utf-8"
    )
    page.write_text(render_page(ordered.values(), **about), encoding="utf-8")


def _here() -> dict[str, str]:
    return {
        "machine": (
            f"{processor_name()}, {os.cpu_count()} cores, {platform.system()}, "
            f"Python {platform.python_version()}, torch {torch.__version__}"
        ),
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
    }


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    raise SystemExit(main())
