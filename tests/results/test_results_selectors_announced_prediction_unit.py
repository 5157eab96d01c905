"""results.selectors.announced_prediction: what was said of one frame."""

import pytest

from results.errors import FrameUnavailable
from results.selectors import announced_prediction
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def test_finds_what_is_stored_of_this_session() -> None:
    session = make_session()
    make_predictions(make_session(), make_batch(5))
    stored = make_predictions(session, make_batch(3))
    assert announced_prediction(session, 2) == stored[2]
    assert announced_prediction(session, 3) is None


@pytest.mark.parametrize("sequence", [-1, 100])
def test_there_is_no_frame_beyond_those_announced(sequence: int) -> None:
    with pytest.raises(FrameUnavailable):
        announced_prediction(make_session(), sequence)
