"""A share is shown in percent, and none as a dash."""

import pytest

from analysis.evaluation.markdown import percent


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        pytest.param(0.0, "0.00 %", id="nothing"),
        pytest.param(0.92614, "92.61 %", id="rounded"),
        pytest.param(1.0, "100.00 %", id="everything"),
        pytest.param(None, "–", id="not measured"),
    ],
)
def test_shows_two_digits(share: float | None, expected: str) -> None:
    assert percent(share) == expected
