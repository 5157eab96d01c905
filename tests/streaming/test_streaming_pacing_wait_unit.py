"""streaming.pacing.Wait."""

import dataclasses

import pytest

from streaming.pacing import Wait


def test_is_equal_by_content() -> None:
    assert Wait(0.5) == Wait(0.5)
    assert Wait(0.5) != Wait(None)


def test_cannot_be_changed() -> None:
    step = Wait(0.5)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(step, "seconds", None)
