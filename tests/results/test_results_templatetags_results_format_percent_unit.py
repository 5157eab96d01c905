"""results.templatetags.results_format.percent: how it reads on a page."""

from typing import Any

import pytest

from results.templatetags.results_format import percent


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(0.9234, "92.3 %", id="case 1"),
        pytest.param(1, "100.0 %", id="case 2"),
        pytest.param(None, "–", id="case 3"),
        pytest.param("", "–", id="missing variable"),
    ],
)
def test_reads_with_its_unit(value: Any, expected: str) -> None:
    assert percent(value).replace("\u202f", " ") == expected
