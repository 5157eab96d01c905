"""streaming.consumers.uptake.Batch."""

import dataclasses
from typing import Any

import pytest

from streaming.consumers.uptake import Batch
from tests.results.conftest import make_batch


def test_cannot_be_changed() -> None:
    held: Any = None
    batch = Batch(3, held, make_batch(1))
    with pytest.raises(dataclasses.FrozenInstanceError):
        batch.number = 4  # type: ignore[misc]  # what is tested
