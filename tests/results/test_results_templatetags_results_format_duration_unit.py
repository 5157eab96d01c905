"""results.templatetags.results_format.duration: how it reads on a page."""

from typing import Any

import pytest

from results.templatetags.results_format import duration


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(1.25, "1.2 s", id="case 1"),
        pytest.param(100, "1 min 40 s", id="case 2"),
        pytest.param(3600, "1 h 0 min", id="case 3"),
        pytest.param(7325, "2 h 2 min", id="case 4"),
        pytest.param(None, "–", id="case 5"),
    ],
)
def test_reads_with_its_unit(value: Any, expected: str) -> None:
    assert duration(value).replace("\u202f", " ") == expected
