"""Check that each test file is named after what it tests.

The rule: ``tests/<app>/test_<folder>_<file>_<function or class>_unit.py`` or
``..._integration.py``, where folder and file are a module of this project (dots as underscores)
and the rest is a function or class that the module defines, in snake case. What breaks the whole
system on purpose, or looks at all of its pages, lies in ``tests/faults`` and ``tests/looks``
themselves, and is named from there. Also check that the tests that
``docs/reference/guarantees.md`` names are there.
"""

import ast
import logging
import re
import sys
from pathlib import Path

logger = logging.getLogger(__name__)

FOLDERS = (
    "access",
    "analysis",
    "bench",
    "examples",
    "fashionsite",
    "results",
    "streaming",
    "telemetry",
    "tools",
)
FOLDERS_OF_TESTS = ("faults", "looks")
NAME = re.compile(r"test_(?P<subject>\w+)_(?:unit|integration)\.py")


def snake_case(name: str) -> str:
    """A class or function name in snake case.

    >>> snake_case("FrameFlow"), snake_case("decode_frames"), snake_case("HTTPServer")
    ('frame_flow', 'decode_frames', 'http_server')
    """
    with_breaks = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return with_breaks.strip("_").lower()


def testable_subjects(root: Path) -> set[str]:
    """Every ``<folder>_<file>_<function or class>`` that a test may be named after."""
    subjects = set()
    places = [(root, folder) for folder in FOLDERS]
    places += [(root / "tests", folder) for folder in FOLDERS_OF_TESTS]
    for above, folder in places:
        for path in sorted((above / folder).rglob("*.py")):
            module = "_".join(path.relative_to(above).with_suffix("").parts)
            module = module.removesuffix("___init__")
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in tree.body:
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                    subjects.add(f"{module}_{snake_case(node.name)}")
    return subjects


def misnamed_tests(root: Path) -> list[str]:
    """A sentence for each test file that is off the rule."""
    subjects = testable_subjects(root)
    problems = []
    for path in sorted((root / "tests").rglob("test_*.py")):
        match = NAME.fullmatch(path.name)
        if match is None:
            problems.append(f"{path}: the name must end in _unit.py or _integration.py")
        elif match["subject"] not in subjects:
            problems.append(f"{path}: no module defines {match['subject']}")
    return problems


def missing_tests(root: Path) -> list[str]:
    """A sentence for each test that the list of promises names and that there is not."""
    promises = root / "docs" / "reference" / "guarantees.md"
    named = re.findall(r"`(\w+_(?:unit|integration))`", promises.read_text(encoding="utf-8"))
    there = {path.stem for path in (root / "tests").rglob("test_*.py")}
    return [
        f"{promises}: there is no test_{name}.py"
        for name in dict.fromkeys(named)
        if f"test_{name}" not in there
    ]


def main() -> int:
    """Log every misnamed test, and every promise without its test; 1 where there is one, else 0."""
    root = Path(__file__).resolve().parent.parent
    problems = misnamed_tests(root) + missing_tests(root)
    for problem in problems:
        logger.error(problem)
    if not problems:
        logger.info("every test is named after what it tests, and every promise has its tests")
    return 1 if problems else 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(main())
