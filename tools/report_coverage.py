"""Report the coverage of the unit tests, of the integration tests, and of both together.

What runs a second time on PostgreSQL and Redis is not measured: it is the same code, and measuring
takes a third of the time that it takes.
"""

import logging
import sys
from pathlib import Path

from coverage import Coverage

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parent.parent
LEAST_PERCENT = 95.0
KINDS = ("unit", "integration")


def combined(kinds: list[str]) -> Coverage:
    """The coverage data that the runs of these kinds left, processes and all, put together."""
    data_file = ROOT / f".coverage.report-{'-'.join(kinds)}"
    coverage = Coverage(data_file=str(data_file), config_file=str(ROOT / "pyproject.toml"))
    files = [str(path) for kind in kinds for path in ROOT.glob(f".coverage.{kind}*")]
    coverage.combine(data_paths=files, keep=True, strict=True)
    return coverage


def main() -> int:
    """Log the figure of each kind and of all; 1 where all together are below the limit, else 0."""
    for kind in KINDS:
        with (ROOT / f"coverage-{kind}.txt").open("w", encoding="utf-8") as file:
            percent = combined([kind]).report(file=file)
        logger.info("coverage of %s tests, lines and branches: %.1f %%", kind, percent)
    everything = combined(list(KINDS))
    with (ROOT / "coverage-all.txt").open("w", encoding="utf-8") as file:
        percent = everything.report(file=file)
    everything.xml_report(outfile=str(ROOT / "coverage.xml"))
    logger.info("\n%s", (ROOT / "coverage-all.txt").read_text(encoding="utf-8"))
    logger.info("coverage of all tests, lines and branches: %.1f %%", percent)
    if percent < LEAST_PERCENT:
        logger.error("the least is %g %%", LEAST_PERCENT)
        return 1
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(main())
