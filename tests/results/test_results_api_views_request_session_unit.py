"""results.api.views.request_session: the one way to ask for a session."""

import pytest

from results.api.problems import UnknownClassifier
from results.api.views import request_session
from results.doorbell import REQUESTS_GROUP
from results.errors import InvalidRequest
from tests.results.offers import listen_for_rings, offer_classifier

pytestmark = pytest.mark.django_db


def test_rings_after_the_session_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    offer_classifier()
    rung = listen_for_rings(monkeypatch)
    session = request_session(classifier="small-cnn", count=3, fps=1, offset=0)
    assert session.state == "requested"
    assert rung == [REQUESTS_GROUP]


def test_a_refusal_rings_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    offer_classifier()
    rung = listen_for_rings(monkeypatch)
    with pytest.raises(InvalidRequest):
        request_session(classifier="small-cnn", count=0, fps=1, offset=0)
    with pytest.raises(UnknownClassifier, match="no classifier is called 'x'; known are small-cnn"):
        request_session(classifier="x", count=1, fps=1, offset=0)
    assert not rung
