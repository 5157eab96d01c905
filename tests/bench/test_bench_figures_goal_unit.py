"""What was wanted and what came out."""

import pytest

from bench.figures import Goal


@pytest.mark.parametrize(
    ("measured", "at_least", "is_met"),
    [
        (0.9, True, True),
        (0.89, True, False),
        (0.9, False, True),
        (0.91, False, False),
        (float("nan"), True, False),
        (float("nan"), False, False),
    ],
)
def test_is_met_on_the_right_side_of_the_figure(
    measured: float, at_least: bool, is_met: bool
) -> None:
    assert Goal("share", wanted=0.9, measured=measured, at_least=at_least).is_met is is_met
