"""results.pages.again.again_form: the form that runs a session again, where it can be."""

import pytest

from results.lifecycle import SessionState
from results.pages.again import again_form
from tests.results.conftest import make_session
from tests.results.offers import offer_classifier
from tests.results.pairs import make_stream

pytestmark = pytest.mark.django_db


def test_offers_what_the_session_has_not_seen_first() -> None:
    offer_classifier("a-cnn")
    offer_classifier("b-cnn")
    form = again_form(make_stream("a-cnn", frames=10))
    assert form is not None
    assert form.classifier_names == ("a-cnn", "b-cnn")
    assert form["classifier"].initial == "b-cnn"


def test_there_is_none_while_the_session_streams() -> None:
    assert again_form(make_session(SessionState.RUNNING)) is None
    assert again_form(make_session(SessionState.STOPPED, sent=0)) is None
