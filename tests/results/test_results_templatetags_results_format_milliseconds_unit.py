"""results.templatetags.results_format.milliseconds: how it reads on a page."""

from typing import Any

import pytest

from results.templatetags.results_format import milliseconds


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(1.234, "1.23 ms", id="case 1"),
        pytest.param(12.345, "12.3 ms", id="case 2"),
        pytest.param(123.4, "123 ms", id="case 3"),
        pytest.param(12345, "12.3 s", id="case 4"),
        pytest.param(None, "–", id="case 5"),
    ],
)
def test_reads_with_its_unit(value: Any, expected: str) -> None:
    assert milliseconds(value).replace("\u202f", " ") == expected
