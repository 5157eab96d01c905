"""results.services.predictions.Delivery."""

import dataclasses
from uuid import uuid4

import pytest

from results.services import Delivery
from tests.results.conftest import make_batch


def test_asks_for_no_more_than_a_session_and_a_batch_and_cannot_be_changed() -> None:
    delivery = Delivery(uuid4(), make_batch(1))
    assert (delivery.labels, delivery.connection, delivery.streamed) == (None, None, None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        delivery.connection = 4  # type: ignore[misc]  # what is tested
