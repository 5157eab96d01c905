"""fashionsite.sign_in.SignIn."""

import logging

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

PASSWORD = "correct horse battery"


@pytest.fixture(name="on_a_network", autouse=True)
def set_network(settings: Settings) -> None:
    """The settings of a server on a network."""
    settings.ACCESS = "network"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("following", "leads_to"),
    [
        pytest.param("/sessions/", "/sessions/", id="a page of this site"),
        pytest.param("https://evil.example/", "/", id="another site"),
        pytest.param("//evil.example/", "/", id="another site without a scheme"),
        pytest.param("javascript:alert(1)", "/", id="a script"),
        pytest.param("", "/", id="nowhere"),
    ],
)
def test_leads_back_to_this_site_alone(following: str, leads_to: str) -> None:
    get_user_model().objects.create_user("alice", password=PASSWORD)
    fields = {"username": "alice", "password": PASSWORD, "next": following}
    response = Client().post("/sign-in/", fields)
    assert (response.status_code, response.headers["Location"]) == (302, leads_to)


@pytest.mark.django_db
def test_a_wrong_password_is_repeated_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    get_user_model().objects.create_user("alice", password=PASSWORD)
    fields = {"username": "alice", "password": "almost the right one"}
    with caplog.at_level(logging.DEBUG):
        response = Client().post("/sign-in/", fields)
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    assert fields["password"] not in response.content.decode() + caplog.text


@pytest.mark.django_db
def test_takes_no_form_of_another_site() -> None:
    get_user_model().objects.create_user("alice", password=PASSWORD)
    client = Client(enforce_csrf_checks=True)
    fields = {"username": "alice", "password": PASSWORD}
    assert client.post("/sign-in/", fields).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_a_person_signs_in_starts_from_where_they_were_and_signs_out(
    live_server: LiveServer, browser: Browser
) -> None:
    get_user_model().objects.create_user("alice", password=PASSWORD)
    page = browser.new_page()
    page.goto(f"{live_server.url}/?before=x")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Username").fill("alice")
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{live_server.url}/?before=x")
    expect(page.get_by_role("heading", name="Sessions", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto(live_server.url)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
