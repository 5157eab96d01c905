"""Whether frames are those that were announced."""

import pytest

from analysis.receiver import check_shape
from streaming.errors import MalformedFrames
from tests.analysis.live_fakes import a_dataset, pictures


@pytest.mark.parametrize("shape", [(8, 10), (8, 10, 3)])
def test_lets_frames_of_the_announced_shape_pass(shape: tuple[int, ...]) -> None:
    check_shape(pictures(2, shape=shape), a_dataset(shape))


@pytest.mark.parametrize("shape", [(10, 8), (8, 10, 3)])
def test_refuses_others(shape: tuple[int, ...]) -> None:
    with pytest.raises(MalformedFrames, match=r"frames are \(8, 10\), got"):
        check_shape(pictures(2, shape=shape), a_dataset((8, 10)))
