"""results.forms.ThresholdForm."""

import pytest

from results.forms import ThresholdForm


@pytest.mark.parametrize(
    ("text", "threshold"),
    [
        pytest.param("0.8", 0.8, id="a fraction"),
        pytest.param("0", 0.0, id="zero"),
        pytest.param("", None, id="empty"),
    ],
)
def test_takes_a_fraction_or_nothing(text: str, threshold: float | None) -> None:
    form = ThresholdForm({"threshold": text})
    assert form.is_valid()
    assert form.cleaned_data["threshold"] == threshold


@pytest.mark.parametrize("text", ["1.01", "-0.1", "nan", "inf", "high"])
def test_refuses_all_else(text: str) -> None:
    assert not ThresholdForm({"threshold": text}).is_valid()
