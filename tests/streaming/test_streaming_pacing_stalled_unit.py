"""streaming.pacing.Stalled."""

import dataclasses

import pytest

from streaming.pacing import Stalled


def test_says_for_how_long() -> None:
    stalled = Stalled(60.5)
    assert stalled.seconds == 60.5
    with pytest.raises(dataclasses.FrozenInstanceError):
        stalled.seconds = 1  # type: ignore[misc]  # what is tested
