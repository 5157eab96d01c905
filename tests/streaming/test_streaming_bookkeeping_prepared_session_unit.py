"""streaming.bookkeeping.PreparedSession."""

import dataclasses
from typing import Any

import pytest

from streaming.bookkeeping import PreparedSession


def test_cannot_be_changed() -> None:
    nothing: Any = None
    prepared = PreparedSession(nothing, nothing, nothing, nothing, fps=1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        prepared.fps = 2  # type: ignore[misc]  # what is tested
