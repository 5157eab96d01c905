"""results.templatetags.results_format.ranges: how it reads on a page."""

from typing import Any

import pytest

from results.templatetags.results_format import ranges


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param([[0, 2], [7, 7]], "0–2, 7", id="case 1"),
        pytest.param([], "", id="case 2"),
        pytest.param(
            [[n, n] for n in range(0, 16, 2)], "0, 2, 4, 6, 8, 10 and 2 more", id="case 3"
        ),
    ],
)
def test_reads_with_its_unit(value: Any, expected: str) -> None:
    assert ranges(value).replace("\u202f", " ") == expected
