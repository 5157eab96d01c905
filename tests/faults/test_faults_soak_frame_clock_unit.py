"""The clock of a stream's frames: does it find every header, and see a drift?"""

import numpy as np
import pytest

from streaming.frames import encode_frames
from tests.faults.proxy import Piece
from tests.faults.soak import FrameClock

FPS = 100.0
START_NS = 1_700_000_000_000_000_000


def _stream(clock: FrameClock, *, seconds_per_frame: float, piece_bytes: int) -> None:
    images = np.frombuffer(b"FSFR" * 5, dtype=np.uint8).reshape(1, 4, 5)
    data = b"".join(
        encode_frames(
            images,
            first_sequence=sequence,
            sent_at_ns=START_NS + round(sequence * seconds_per_frame * 1e9),
        )
        for sequence in range(1000)
    )
    for start in range(0, len(data), piece_bytes):
        clock(Piece(0, True, data[start : start + piece_bytes]))


@pytest.mark.parametrize("piece_bytes", [1, 7, 4096])
def test_finds_each_frame_whatever_the_pieces(piece_bytes: int) -> None:
    clock = FrameClock((4, 5, 1))
    _stream(clock, seconds_per_frame=1 / FPS, piece_bytes=piece_bytes)
    late = clock.lateness_s(FPS)
    assert len(late) == 1000
    assert np.abs(late).max() < 1e-5


def test_sees_a_drift() -> None:
    clock = FrameClock((4, 5, 1))
    _stream(clock, seconds_per_frame=1.01 / FPS, piece_bytes=4096)
    # A hundredth of the nine seconds between the first frames of the first and the last tenth.
    assert clock.drift_ms(FPS) == pytest.approx(90, abs=0.1)
