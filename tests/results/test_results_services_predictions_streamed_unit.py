"""What a process that streams a session says of it."""

import dataclasses

import pytest

from results.services import Streamed


def test_is_of_one_connection_and_cannot_be_changed() -> None:
    streamed = Streamed(frames_connection=2, sent=7)
    assert (streamed.frames_connection, streamed.sent) == (2, 7)
    with pytest.raises(dataclasses.FrozenInstanceError):
        streamed.sent = 8  # type: ignore[misc]  # what is tested
