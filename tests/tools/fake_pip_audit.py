"""A pip-audit that says what it is told, for tests."""

import json
import sys
from pathlib import Path
from typing import Any

SCRIPT = """
import pathlib, sys
answer, said, code = {answer!r}, {said!r}, {code!r}
output = next(a.partition("=")[2] for a in sys.argv if a.startswith("--output="))
assert "--no-deps" in sys.argv and "--disable-pip" in sys.argv
assert pathlib.Path(next(a for a in sys.argv if a.startswith("--req")).partition("=")[2]).is_file()
if answer:
    pathlib.Path(output).write_text(answer)
sys.stderr.write(said)
sys.exit(code)
"""


def fake_pip_audit(
    folder: Path, *, answer: Any = None, said: str = "", code: int = 0
) -> tuple[list[str], Path]:
    """The command of one that gives this answer, and a requirements file to ask it about."""
    script = folder / "pip_audit.py"
    text = "" if answer is None else json.dumps(answer)
    script.write_text(SCRIPT.format(answer=text, said=said, code=code), "utf-8")
    requirements = folder / "requirements.txt"
    requirements.write_text("good==1\nbad==2\n", "utf-8")
    return [sys.executable, str(script)], requirements


GOOD = {"name": "good", "version": "1", "vulns": []}
BAD = {
    "name": "bad",
    "version": "2",
    "vulns": [
        {"id": "GHSA-1", "fix_versions": ["2.1", "3"], "description": "long"},
        {"id": "PYSEC-2", "fix_versions": [], "description": "long"},
    ],
}
UNKNOWN = {"name": "ours", "skip_reason": "Dependency not found on PyPI"}
UNREACHABLE = (
    "Traceback (most recent call last):\n"
    "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='pypi.org', port=443): "
    "Max retries exceeded with url: /pypi/good/1/json (Failed to resolve 'pypi.org')\n"
)
