"""results.services.insertion.NewPredictions."""

import dataclasses
from uuid import uuid4

import pytest

from results.services.insertion import NewPredictions
from tests.results.conftest import make_batch


def test_cannot_be_changed() -> None:
    part = NewPredictions(uuid4(), make_batch(2), None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        part.labels = None  # type: ignore[misc]  # what is tested
