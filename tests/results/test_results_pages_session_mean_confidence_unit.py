"""results.pages.session.mean_confidence: over all frames of a summary."""

import numpy as np
import pytest

from results.pages.session import mean_confidence
from results.summary import summarise
from tests.results.conftest import CLASS_NAMES, make_batch


def test_is_the_mean_over_frames_not_over_classes() -> None:
    batch = make_batch(50)
    expected = float(np.mean(batch.confidences, dtype=np.float64))
    assert mean_confidence(summarise(batch, CLASS_NAMES)) == pytest.approx(expected)


def test_without_frames_there_is_none() -> None:
    assert mean_confidence(summarise(make_batch(0), CLASS_NAMES)) is None
