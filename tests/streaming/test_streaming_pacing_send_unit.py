"""streaming.pacing.Send."""

import dataclasses

import pytest

from streaming.pacing import Send


def test_is_equal_by_content() -> None:
    assert Send(first=1, count=2) == Send(first=1, count=2)
    assert Send(first=1, count=2) != Send(first=1, count=3)


def test_cannot_be_changed() -> None:
    step = Send(first=1, count=2)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(step, "first", None)
