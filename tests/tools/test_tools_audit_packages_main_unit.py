"""tools.audit_packages.main, with a pip-audit that is none."""

import logging
from pathlib import Path
from typing import Any

import pytest

from tests.tools.fake_pip_audit import BAD, GOOD, UNKNOWN, UNREACHABLE, fake_pip_audit
from tools.audit_packages import main


@pytest.mark.parametrize(
    ("fake", "code", "level", "message"),
    [
        pytest.param(
            {"answer": {"dependencies": [GOOD]}},
            *(0, "INFO", "1 packages have no known vulnerability"),
            id="nothing found",
        ),
        pytest.param(
            {"answer": {"dependencies": [GOOD, BAD]}, "code": 1},
            *(1, "ERROR", "vulnerable: bad 2: GHSA-1, fixed in 2.1, 3"),
            id="something found",
        ),
        pytest.param(
            {"answer": {"dependencies": [GOOD, UNKNOWN]}},
            *(0, "WARNING", "not audited, as the service does not know it: ours"),
            id="some unknown",
        ),
        pytest.param(
            {"answer": {"dependencies": [UNKNOWN]}},
            *(0, "WARNING", "the service knows none of them"),
            id="all unknown",
        ),
        pytest.param(
            {"said": UNREACHABLE, "code": 1},
            *(0, "WARNING", "packages were not audited, the service cannot be reached"),
            id="out of reach",
        ),
        pytest.param(
            {"said": "broken", "code": 1},
            *(1, "ERROR", "packages could not be audited: broken"),
            id="failed",
        ),
    ],
)
def test_says_how_it_went(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    fake: dict[str, Any],
    code: int,
    level: str,
    message: str,
) -> None:
    command, requirements = fake_pip_audit(tmp_path, **fake)
    with caplog.at_level(logging.INFO):
        assert main(requirements, command) == code
    assert any(record.levelname == level and message in record.message for record in caplog.records)
