"""results.api.asking.request_session: the one way to ask for a session."""

import pytest
from pytest_django import Settings
from rest_framework.exceptions import Throttled

from access import policy
from access.roles import Owner, Scope, Visitor
from results.api.problems import UnknownClassifier, UnknownDataset
from results.api.asking import request_session
from results.doorbell import REQUESTS_GROUP
from results.errors import InvalidRequest, SessionNotFound
from results.lifecycle import SessionState
from results.models import Session
from tests.access.conftest import make_token
from tests.results.conftest import make_dataset, make_session
from tests.results.offers import listen_for_rings, offer_classifier

pytestmark = pytest.mark.django_db

VISITOR = Visitor(address="192.0.2.1")


def test_rings_after_the_session_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    offer_classifier()
    rung = listen_for_rings(monkeypatch)
    session = request_session(visitor=VISITOR, classifier="small-cnn", count=3, fps=1, offset=0)
    assert session.state == "requested"
    assert rung == [REQUESTS_GROUP]


def test_a_refusal_rings_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    offer_classifier()
    rung = listen_for_rings(monkeypatch)
    with pytest.raises(InvalidRequest):
        request_session(visitor=VISITOR, classifier="small-cnn", count=0, fps=1, offset=0)
    with pytest.raises(UnknownClassifier, match="no classifier is called 'x'; known are small-cnn"):
        request_session(visitor=VISITOR, classifier="x", count=1, fps=1, offset=0)
    assert not rung


def test_the_session_is_who_asked_for_it() -> None:
    offer_classifier()
    token, _ = make_token()
    visitor = Visitor(address="192.0.2.1", token_id=token.pk)
    session = request_session(visitor=visitor, classifier="small-cnn", count=3, fps=1, offset=0)
    assert session.owner == Owner(token_id=token.pk)


def test_more_than_the_limit_in_a_minute_are_refused(settings: Settings) -> None:
    policy.forget()
    settings.SESSION_STARTS_PER_MINUTE = 1
    offer_classifier()
    request_session(visitor=VISITOR, classifier="small-cnn", count=3, fps=1, offset=0)
    with pytest.raises(Throttled) as refused:
        request_session(visitor=VISITOR, classifier="small-cnn", count=3, fps=1, offset=0)
    assert refused.value.get_codes() == "too-many"
    assert Session.objects.count() == 1


def test_a_token_has_only_what_it_may_read_streamed_again(settings: Settings) -> None:
    settings.ACCESS = "network"
    offer_classifier()
    token, _ = make_token()
    others, own = (
        make_session(SessionState.COMPLETED),
        make_session(SessionState.COMPLETED, token=token),
    )
    stranger = Visitor(address="192.0.2.1", token_id=token.pk, scopes=frozenset({Scope.STREAM}))
    with pytest.raises(SessionNotFound):
        request_session(visitor=stranger, classifier="small-cnn", fps=0, repeats=others.pk)
    assert (
        request_session(visitor=stranger, classifier="small-cnn", fps=0, repeats=own.pk).repeats
        == own
    )


@pytest.mark.parametrize("by", ["name", "sha256"])
def test_takes_a_dataset_by_its_name_or_hash(by: str) -> None:
    earlier = make_dataset(name="shop", count=5)
    offer_classifier()
    asked = {"classifier": "small-cnn", "fps": 0, "dataset": getattr(earlier, by)}
    assert request_session(visitor=VISITOR, **asked).dataset == earlier
    with pytest.raises(UnknownDataset, match="^no dataset 'shoe' was served here$"):
        request_session(visitor=VISITOR, **{**asked, "dataset": "shoe"})


def test_a_token_that_may_not_read_learns_of_no_dataset(settings: Settings) -> None:
    settings.ACCESS = "network"
    make_dataset(name="shop")
    offer_classifier()
    token, _ = make_token()
    stranger = Visitor(address="192.0.2.1", token_id=token.pk, scopes=frozenset({Scope.STREAM}))
    with pytest.raises(UnknownDataset):
        request_session(visitor=stranger, classifier="small-cnn", fps=0, dataset="shop")
