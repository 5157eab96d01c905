"""results.templatetags.results_format.rate_asked: how it reads on a page."""

from typing import Any

import pytest

from results.templatetags.results_format import rate_asked


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(0, "as fast as it goes", id="case 1"),
        pytest.param(10.0, "10 fps", id="case 2"),
        pytest.param(None, "–", id="case 3"),
    ],
)
def test_reads_with_its_unit(value: Any, expected: str) -> None:
    assert rate_asked(value).replace("\u202f", " ") == expected
