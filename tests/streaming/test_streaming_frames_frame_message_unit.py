"""streaming.frames.FrameMessage."""

import dataclasses

import numpy as np
import pytest

from streaming.frames import FrameMessage


def test_is_as_long_as_it_has_frames() -> None:
    message = FrameMessage(first_sequence=3, sent_at_ns=1, images=np.zeros((5, 2, 2), np.uint8))
    assert len(message) == 5


def test_cannot_be_changed() -> None:
    message = FrameMessage(first_sequence=3, sent_at_ns=1, images=np.zeros((5, 2, 2), np.uint8))
    with pytest.raises(dataclasses.FrozenInstanceError):
        message.first_sequence = 4  # type: ignore[misc]  # what is tested
