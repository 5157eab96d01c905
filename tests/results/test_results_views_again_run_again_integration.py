"""results.views.again.run_again: a session's frames to another classifier, by the page."""

from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import Settings

from results.doorbell import REQUESTS_GROUP
from results.errors import NoWorker
from results.lifecycle import SessionState
from results.models import Session
from tests.results.conftest import make_session
from tests.results.offers import listen_for_rings, offer_classifier
from tests.results.pairs import make_stream

pytestmark = pytest.mark.django_db
GOOD = {"classifier": "new-cnn", "fps": "2.5"}


def test_asks_for_the_same_frames_and_goes_to_the_new_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer_classifier("new-cnn")
    rung = listen_for_rings(monkeypatch)
    original = make_stream("old-cnn", frames=30, offset=7)
    response = Client().post(f"/sessions/{original.uuid}/again/", GOOD)
    session = Session.objects.exclude(pk=original.pk).get()
    assert (response.status_code, response["Location"]) == (302, f"/sessions/{session.uuid}/")
    assert (session.repeats, session.dataset) == (original, original.dataset)
    assert (session.announced, session.offset, session.fps) == (30, 7, 2.5)
    assert session.classifier.name == "new-cnn"
    assert rung == [REQUESTS_GROUP]


def test_says_what_is_wrong_beside_the_form() -> None:
    offer_classifier("new-cnn")
    original = make_stream("old-cnn", frames=30)
    response = Client().post(f"/sessions/{original.uuid}/again/", {**GOOD, "fps": "-1"})
    assert response.status_code == 400
    assert "greater than or equal to 0" in response.content.decode()
    assert Session.objects.count() == 1


def test_what_changed_since_the_form_was_shown_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_late(**_asked: object) -> Session:
        raise NoWorker("it went meanwhile")

    offer_classifier("new-cnn")
    monkeypatch.setattr("results.views.again.request_session", too_late)
    original = make_stream("old-cnn", frames=30)
    response = Client().post(f"/sessions/{original.uuid}/again/", GOOD)
    assert response.status_code == 409
    assert "it went meanwhile" in response.content.decode()


def test_a_session_that_still_streams_is_not_run_again() -> None:
    offer_classifier("new-cnn")
    running = make_session(SessionState.RUNNING)
    address = f"/sessions/{running.uuid}/again/"
    assert Client().post(address, GOOD).status_code == 409
    assert "Once its stream has ended" in Client().get(address).content.decode()
    assert Session.objects.count() == 1


def test_without_a_client_the_page_says_which_command_does_it() -> None:
    original = make_stream("old-cnn", frames=30)
    for address in ("", "again/", "compare/"):
        page = Client().get(f"/sessions/{original.uuid}/{address}").content.decode()
        assert f"python manage.py reanalyze {original.uuid} --classifier NAME" in page


def test_there_is_no_such_session() -> None:
    assert Client().get(f"/sessions/{uuid4()}/again/").status_code == 404


def test_on_a_network_a_stranger_is_sent_to_sign_in(settings: Settings) -> None:
    offer_classifier("new-cnn")
    original = make_stream("old-cnn", frames=30)
    settings.ACCESS, settings.OPEN_READING = "network", True
    page = Client().get(f"/sessions/{original.uuid}/compare/")
    assert page.status_code == 200 and "but not start sessions" in page.content.decode()
    response = Client().post(f"/sessions/{original.uuid}/again/", GOOD)
    assert response.status_code == 302 and "sign-in" in response["Location"]
    assert Session.objects.count() == 1
