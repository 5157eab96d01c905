"""Sessions, and what the database itself refuses of them."""

from typing import Any

import pytest
from django.db import IntegrityError, models

from results.ledger import Loss
from results.lifecycle import FINAL_STATES, SessionState
from results.models import Session
from tests.results.conftest import make_dataset, make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"state": "dancing"}, id="unknown-state"),
        pytest.param({"fps": -1.0}, id="negative-rate"),
        pytest.param({"announced": 0, "sent": 0}, id="nothing-announced"),
        pytest.param({"sent": 101}, id="more-sent-than-announced"),
        pytest.param({"sent": 3, "stored": 4}, id="more-stored-than-sent"),
    ],
)
def test_the_database_refuses_what_cannot_be(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        make_session(**fields)


def test_has_a_page() -> None:
    session = make_session()
    assert session.get_absolute_url() == f"/sessions/{session.uuid}/"


@pytest.mark.parametrize("state", SessionState)
def test_knows_whether_it_is_over(state: SessionState) -> None:
    assert make_session(state).is_final == (state in FINAL_STATES)


def test_says_which_it_is() -> None:
    session = make_session(SessionState.FAILED)
    assert str(session) == f"{session.uuid} (failed)"


def test_gives_its_ledger() -> None:
    loss = Loss(reason="overload", ranges=((3, 4),))
    session = make_session(received=100, analysed=98, losses={"dropped": [loss.as_dict()]})
    ledger = Session.objects.get(pk=session.pk).ledger
    assert ledger.losses == {"dropped": (loss,)}
    assert ledger.differences() == ["analysed 98 is not stored 0"]


def test_keeps_its_dataset_from_being_deleted() -> None:
    dataset = make_dataset()
    make_session(dataset=dataset)
    with pytest.raises(models.ProtectedError):
        dataset.delete()
