"""Predictions by whether they are right."""

import pytest
from django.test import Client

from results.blocks import BLOCK_FRAMES
from results.lifecycle import SessionState
from results.services import seal_blocks
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("choice", "sequences"),
    [("yes", [0]), ("no", [1]), ("unlabelled", [2]), ("nonsense", [0, 1, 2])],
)
def test_keeps_those_of_the_choice(admin_client: Client, choice: str, sequences: list[int]) -> None:
    session = make_session()
    make_predictions(session, make_batch(3, class_ids=[1, 1, 1]), [1, 2, None])
    query = {"session__exact": str(session.pk), "right": choice}
    response = admin_client.get("/admin/results/prediction/", query)
    found = [prediction.sequence for prediction in response.context["cl"].result_list]
    assert found == sequences


def test_is_offered_for_the_predictions_of_one_session_only(admin_client: Client) -> None:
    session = make_session()
    make_predictions(session, make_batch(3), [1, 2, None])
    address = "/admin/results/prediction/"
    of_one = admin_client.get(address, {"session__exact": str(session.pk)})
    assert "right=yes" in of_one.content.decode()
    assert "right=yes" not in admin_client.get(address).content.decode()


@pytest.mark.parametrize(
    ("choice", "sequences"),
    [("yes", [0, 40_000]), ("no", [1]), ("unlabelled", [20_000])],
)
def test_finds_the_same_where_predictions_are_packed(
    admin_client: Client, choice: str, sequences: list[int]
) -> None:
    session = make_session(SessionState.COMPLETED, announced=3 * BLOCK_FRAMES)
    make_predictions(session, make_batch(2, class_ids=[1, 1]), [1, 2])
    make_predictions(session, make_batch(1, start=20_000), [None])
    make_predictions(session, make_batch(1, start=40_000, class_ids=[3]), [3])
    seal_blocks()
    query = {"session__exact": str(session.pk), "right": choice}
    response = admin_client.get("/admin/results/prediction/", query)
    assert [row.sequence for row in response.context["cl"].result_list] == sequences
