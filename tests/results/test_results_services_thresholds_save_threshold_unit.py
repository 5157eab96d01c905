"""results.services.thresholds.save_threshold."""

import uuid

import pytest

from results.errors import InvalidRequest, SessionNotFound
from results.models import Session
from results.services import save_threshold
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        pytest.param(0.8, 0.8, id="a hundredth"),
        pytest.param(0.8049, 0.8, id="between two"),
        pytest.param(0, 0.0, id="zero"),
        pytest.param(1.0, 1.0, id="one"),
        pytest.param(None, None, id="none"),
    ],
)
def test_keeps_it_in_place_of_the_one_before(asked: float | None, kept: float | None) -> None:
    session = make_session(threshold=0.5)
    save_threshold(session_uuid=session.uuid, threshold=asked)
    assert Session.objects.get().threshold == kept


@pytest.mark.parametrize("threshold", [-0.01, 1.01, float("nan"), float("inf")])
def test_refuses_what_is_no_fraction(threshold: float) -> None:
    session = make_session(threshold=0.5)
    with pytest.raises(InvalidRequest, match="threshold must be from 0 to 1, got"):
        save_threshold(session_uuid=session.uuid, threshold=threshold)
    assert Session.objects.get().threshold == 0.5


def test_an_unknown_session_has_none() -> None:
    with pytest.raises(SessionNotFound):
        save_threshold(session_uuid=uuid.uuid4(), threshold=0.5)
