"""results.templatetags.results_format.rate: how it reads on a page."""

from typing import Any

import pytest

from results.templatetags.results_format import rate


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(10, "10 fps", id="case 1"),
        pytest.param(9.876, "9.88 fps", id="case 2"),
        pytest.param(12.34, "12.3 fps", id="case 3"),
        pytest.param(12345.6, "12 346 fps", id="case 4"),
        pytest.param(None, "–", id="case 5"),
    ],
)
def test_reads_with_its_unit(value: Any, expected: str) -> None:
    assert rate(value).replace("\u202f", " ") == expected
