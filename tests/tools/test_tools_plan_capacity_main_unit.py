"""tools.plan_capacity.main."""

import logging

import pytest

from tools.plan_capacity import MEASURED, WANTED, as_markdown, main


def test_logs_the_tables(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert main() == 0
    assert as_markdown(MEASURED, WANTED) in caplog.text
