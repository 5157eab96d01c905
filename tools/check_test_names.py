"""Check that each test file is named after what it tests.

The rule: ``tests/<app>/test_<folder>_<file>_<function or class>_unit.py`` or
``..._integration.py``, where folder and file are a module of this project (dots as underscores)
and the rest is a function or class that the module defines, in snake case.
"""

import ast
import logging
import re
import sys
from pathlib import Path

logger = logging.getLogger(__name__)

FOLDERS = ("analysis", "bench", "examples", "fashionsite", "results", "streaming", "tools")
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
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.py")):
            module = "_".join(path.relative_to(root).with_suffix("").parts)
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


def main() -> int:
    """Log every misnamed test; 1 where there is one, else 0."""
    problems = misnamed_tests(Path(__file__).resolve().parent.parent)
    for problem in problems:
        logger.error(problem)
    if not problems:
        logger.info("every test is named after what it tests")
    return 1 if problems else 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    sys.exit(main())
