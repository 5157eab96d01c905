"""A project of one module whose lines were run in part, for the tests of the coverage report."""

import subprocess
import sys
from pathlib import Path

CODE = """
import sys
if len(sys.argv) > 1:
    LONG = [
        1,
    ]
    LONG.append(2)
else:
    SHORT = 1
"""


def make_project(root: Path) -> Path:
    """Write it and run it: as unit test one way, as integration test the other, twice."""
    (root / "pyproject.toml").write_text(
        "[tool.coverage.run]\nbranch = true\nparallel = true\nsource_dirs = ['.']\n", "utf-8"
    )
    (root / "part.py").write_text(CODE, "utf-8")
    runs: tuple[tuple[str, list[str]], ...] = (
        ("unit", ["long"]),
        ("integration", []),
        ("integration", []),
    )
    for kind, arguments in runs:
        subprocess.run(
            [
                *(sys.executable, "-m", "coverage", "run", f"--data-file=.coverage.{kind}"),
                *("part.py", *arguments),
            ],
            cwd=root,
            check=True,
            timeout=60,
        )
    return root
