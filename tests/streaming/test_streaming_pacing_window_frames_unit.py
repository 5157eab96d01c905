"""streaming.pacing.window_frames."""

import pytest

from streaming.pacing import WINDOW_BYTES, WINDOW_FRAMES, window_frames


@pytest.mark.parametrize(
    ("frame_bytes", "expected"),
    [
        pytest.param(1, WINDOW_FRAMES, id="the smallest"),
        pytest.param(28 * 28, WINDOW_FRAMES, id="Fashion-MNIST"),
        pytest.param(WINDOW_BYTES // WINDOW_FRAMES, WINDOW_FRAMES, id="the largest in full number"),
        pytest.param(640 * 480 * 3, 9, id="VGA in colour"),
        pytest.param(4096 * 4096 * 3, 1, id="larger than the window"),
    ],
)
def test_is_bounded_in_number_and_in_bytes(frame_bytes: int, expected: int) -> None:
    assert window_frames(frame_bytes) == expected
