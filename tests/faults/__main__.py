"""``python -m tests.faults [PART]``: the tests that break things, at full length.

A part is a module of this folder, for example ``kills``; none is all of them. ``TORTURE`` may
set a share of the full length, for example 0.1.
"""

import json
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.faults.figures import log_table

FOLDER = Path(__file__).resolve().parent
FIGURES = FOLDER.parent.parent / "var" / "torture.json"

logger = logging.getLogger(__name__)


def main(part: str = "") -> int:
    """Run the tests of a part, log what they counted, and return pytest's exit code."""
    tests = sorted(str(path) for path in FOLDER.glob(f"test_faults_{part or '*'}_*.py"))
    if not tests:
        parts = sorted({path.stem.split("_")[2] for path in FOLDER.glob("test_faults_*.py")})
        logger.error("no part is called %r; there are %s", part, ", ".join(parts))
        return 2
    FIGURES.unlink(missing_ok=True)
    began = time.monotonic()
    code = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:randomly", *tests],
        env={"TORTURE": "1"} | os.environ,
        check=False,
    ).returncode
    if FIGURES.exists():
        log_table(json.loads(FIGURES.read_text(encoding="utf-8")))
    minutes = (time.monotonic() - began) / 60
    logger.info("%s after %.1f minutes", "all held" if code == 0 else "BROKEN", minutes)
    return code


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(main(*sys.argv[1:2]))
