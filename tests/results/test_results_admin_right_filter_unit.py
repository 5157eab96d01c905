"""Predictions by whether they are right."""

import pytest
from django.test import Client

from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("choice", "sequences"),
    [("yes", [0]), ("no", [1]), ("unlabelled", [2]), ("nonsense", [0, 1, 2])],
)
def test_keeps_those_of_the_choice(admin_client: Client, choice: str, sequences: list[int]) -> None:
    make_predictions(make_session(), make_batch(3, class_ids=[1, 1, 1]), [1, 2, None])
    response = admin_client.get("/admin/results/prediction/", {"right": choice})
    found = [prediction.sequence for prediction in response.context["cl"].result_list]
    assert found == sequences
