"""The picture of a streamed frame."""

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_django import Settings

from results.errors import FrameUnavailable
from results.selectors import frame_picture
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def grey_of_index(path: str, sha256: str, index: int) -> NDArray[np.uint8]:
    """A picture in the grey of its index, from a dataset that is there."""
    assert path == "/nowhere/dataset.pickle"
    assert len(sha256) == 64
    return np.full((28, 28), index, dtype=np.uint8)


def deleted(path: str, sha256: str, index: int) -> NDArray[np.uint8]:
    """No picture, as the dataset was deleted."""
    raise OSError(f"{path} is gone ({sha256[:4]}, {index})")


@pytest.fixture(autouse=True)
def _source(settings: Settings) -> None:
    settings.RESULTS_FRAME_SOURCE = f"{__name__}.grey_of_index"


def test_is_at_its_offset_within_the_dataset() -> None:
    session = make_session(offset=100)
    assert frame_picture(session, 7)[0, 0] == 107


@pytest.mark.parametrize("sequence", [-1, 30, 2**64])
def test_a_frame_that_was_not_sent_has_none(sequence: int) -> None:
    with pytest.raises(FrameUnavailable, match=f"frame {sequence} was not sent; .* sent 30"):
        frame_picture(make_session(sent=30), sequence)


def test_a_dataset_that_is_gone_has_none(settings: Settings) -> None:
    settings.RESULTS_FRAME_SOURCE = f"{__name__}.deleted"
    with pytest.raises(FrameUnavailable, match="frame 1 cannot be read .* is gone"):
        frame_picture(make_session(), 1)
