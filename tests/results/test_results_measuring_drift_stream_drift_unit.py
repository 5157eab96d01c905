"""results.measuring.drift.stream_drift, and StreamDrift's words."""

import pytest

from results.measuring.baselines import Baseline
from results.measuring.drift import stream_drift

BASELINE = Baseline("fashion-mnist", "validation", (500, 500), (100, 900))


def test_a_stream_as_the_baseline_has_none() -> None:
    found = stream_drift([50, 50], [10, 90], BASELINE)
    assert found is not None
    assert (found.level, found.is_alarm, found.frames) == ("none", False, 100)
    assert found.sentence == "No drift: class mix and confidence are as in the baseline."


@pytest.mark.parametrize(
    ("classes", "confidences", "sentence"),
    [
        pytest.param([190, 10], [20, 180], "Large drift of class mix.", id="classes"),
        pytest.param([100, 100], [48, 152], "Moderate drift of confidence.", id="confidence"),
        pytest.param([190, 10], [48, 152], "Large drift of class mix and confidence.", id="both"),
    ],
)
def test_says_what_moved(classes: list[int], confidences: list[int], sentence: str) -> None:
    found = stream_drift(classes, confidences, BASELINE)
    assert found is not None
    assert found.is_alarm
    assert found.sentence == sentence


def test_a_few_frames_say_nothing() -> None:
    found = stream_drift([20, 0], [20, 0], BASELINE)
    assert found is not None
    assert not found.is_alarm
    assert found.sentence == "Too early to tell: it takes 50 frames."


def test_before_the_first_frame_there_is_none() -> None:
    assert stream_drift([0, 0], [0, 0], BASELINE) is None


def test_other_classes_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="expected counts in 2 bins, got 3"):
        stream_drift([1, 1, 1], [1, 1], BASELINE)
