"""results.templatetags.results_format.count: how it reads on a page."""

from typing import Any

import pytest

from results.templatetags.results_format import count


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(1234567, "1 234 567", id="case 1"),
        pytest.param(0, "0", id="case 2"),
        pytest.param(None, "–", id="case 3"),
        pytest.param("", "–", id="missing variable"),
    ],
)
def test_reads_with_its_unit(value: Any, expected: str) -> None:
    assert count(value).replace("\u202f", " ") == expected
