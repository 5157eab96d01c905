"""results.pages.comparison.compared_frame: all that two classifiers said of one frame."""

import numpy as np
import pytest

from results.comparing.pairing import pair_sessions
from results.pages.comparison import compared_frame
from tests.results.pairs import make_stream, said

pytestmark = pytest.mark.django_db


def test_has_what_both_said_of_the_same_picture() -> None:
    first = make_stream("a", frames=10, offset=5)
    second = make_stream("b", frames=10, offset=2, dataset=first.dataset)
    said(first, [1] * 7, [3] * 7)
    said(second, [3] * 10, [3] * 10)
    pair = pair_sessions(first, second)
    found = compared_frame(pair, 1)
    assert found is not None
    assert (found.sequence, found.other_sequence, found.label_name) == (1, 4, "Dress")
    assert (found.first.class_name, found.first.is_right) == ("Trouser", False)
    assert (found.second.class_name, found.second.is_right) == ("Dress", True)
    stored = second.predictions.get(sequence=4)
    shares = np.frombuffer(stored.probabilities, dtype="<f4")
    assert [one.value for one in found.second_bars] == shares.tolist()
    assert found.second_bars[3].length == pytest.approx(100 * stored.confidence, abs=0.001)


def test_is_nothing_where_one_said_nothing() -> None:
    first = make_stream("a", frames=10, offset=2)
    second = make_stream("b", frames=10, offset=5, dataset=first.dataset)
    said(first, [1] * 7)
    said(second, [3] * 10)
    pair = pair_sessions(first, second)
    assert compared_frame(pair, 3) is not None
    assert compared_frame(pair, 2) is None  # before the second began
    assert compared_frame(pair, 7) is None  # the first said nothing of it
