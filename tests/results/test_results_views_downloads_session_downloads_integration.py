"""results.views.downloads.session_downloads: the page from which a session is taken away."""

import re
import uuid

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from results.lifecycle import SessionState
from results.models import Session
from tests.results.conftest import make_report, make_session

pytestmark = pytest.mark.django_db


def _page(client: Client, session: Session) -> str:
    return client.get(f"/sessions/{session.uuid}/downloads/").content.decode()


def test_every_file_that_it_links_is_there(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    session = make_report().session
    with django_assert_max_num_queries(4):
        page = _page(client, session)
    links = re.findall(r'href="(/api/sessions/[^"]+)"', page)
    assert len(links) == 5 + 2 + 1 + 10
    for link in links:
        assert client.get(link).status_code == 200, link
    assert session.classifier.sha256 in page and session.dataset.sha256 in page


def test_the_session_s_page_leads_there(client: Client) -> None:
    session = make_report().session
    assert (
        f'href="/sessions/{session.uuid}/downloads/"'
        in client.get(f"/sessions/{session.uuid}/").content.decode()
    )


def test_a_session_that_runs_has_nothing_yet(client: Client) -> None:
    page = _page(client, make_session(SessionState.RUNNING))
    assert "Nothing to take away yet" in page
    assert "export." not in page


def test_says_what_was_deleted(client: Client) -> None:
    session = make_report().session
    session.pruned_at = timezone.now()
    session.save()
    page = _page(client, session)
    assert page.count("Not to be had: the predictions were deleted.") == 4
    assert "export.html" in page


def test_an_unknown_session_is_not_found(client: Client) -> None:
    assert client.get(f"/sessions/{uuid.uuid4()}/downloads/").status_code == 404


def test_on_a_network_a_stranger_is_asked_to_sign_in(settings: Settings, client: Client) -> None:
    settings.ACCESS = "network"
    session = make_report().session
    response = client.get(f"/sessions/{session.uuid}/downloads/")
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/sign-in/")
    client.force_login(get_user_model().objects.create_user("alice"))
    assert client.get(f"/sessions/{session.uuid}/downloads/").status_code == 200
