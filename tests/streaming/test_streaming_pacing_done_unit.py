"""streaming.pacing.Done."""

import dataclasses

import pytest

from streaming.pacing import Done


def test_is_equal_by_content() -> None:
    assert Done("complete") == Done("complete")
    assert Done("complete") != Done("client")


def test_cannot_be_changed() -> None:
    step = Done("complete")
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(step, "reason", None)
