"""streaming.group_commit.Change."""

import dataclasses

import pytest

from streaming.group_commit import Change


def test_cannot_be_changed() -> None:
    change = Change("key", dict)
    with pytest.raises(dataclasses.FrozenInstanceError):
        change.key = "other"  # type: ignore[misc]  # what is tested
