"""fashionsite.sign_in.locked_out: guessing passwords, on each page that takes some."""

from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user_model
from django.forms import model_to_dict
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture(name="admin", autouse=True)
def make_admin(settings: Settings) -> Any:
    """An account to break into, where three wrong passwords are too many."""
    settings.AXES_FAILURE_LIMIT = 3
    return get_user_model().objects.create_superuser("admin", password=PASSWORD)


def _try(path: str, password: str, *, name: str = "admin", **client: Any) -> Any:
    fields = {"username": name, "password": password, "next": "/"}
    return Client(**client).post(path, fields)


@pytest.mark.parametrize("path", ["/sign-in/", "/admin/login/"])
def test_after_too_many_the_right_password_does_not_help_either(path: str) -> None:
    for number in range(3):
        refused = _try(path, f"guess {number}")
    assert refused.status_code == 429
    late = _try(path, PASSWORD)
    assert late.status_code == 429
    assert int(late.headers["Retry-After"]) == 15 * 60
    assert "Too many wrong passwords" in late.content.decode()
    # Nor on the other page.
    assert _try({"/sign-in/": "/admin/login/"}.get(path, "/sign-in/"), PASSWORD).status_code == 429


def test_no_guess_is_kept() -> None:
    _try("/sign-in/", "almost the right one", name="admin")
    attempt = AccessAttempt.objects.get()
    assert attempt.failures_since_start == 1
    assert "almost" not in repr(model_to_dict(attempt))


def test_other_addresses_sign_in_meanwhile() -> None:
    for number in range(4):
        _try("/sign-in/", f"guess {number}", REMOTE_ADDR="192.0.2.1")
    assert _try("/sign-in/", PASSWORD, REMOTE_ADDR="192.0.2.1").status_code == 429
    assert _try("/sign-in/", PASSWORD, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_names_and_own_successes_between_do_not_matter() -> None:
    get_user_model().objects.create_user("mallory", password=PASSWORD)
    for name in ("alice", "bob"):
        _try("/sign-in/", "guess", name=name)
        assert _try("/sign-in/", PASSWORD, name="mallory").status_code == 302
    assert _try("/sign-in/", "guess", name="carol").status_code == 429


def test_behind_a_proxy_it_is_the_client_who_waits(settings: Settings) -> None:
    settings.BEHIND_PROXY = True
    guesser, other = ({"HTTP_X_FORWARDED_FOR": f"1.1.1.1, 192.0.2.{n}"} for n in (1, 2))
    for number in range(4):
        _try("/sign-in/", f"guess {number}", **guesser)
    assert _try("/sign-in/", PASSWORD, **guesser).status_code == 429
    assert _try("/sign-in/", PASSWORD, **other).status_code == 302


def test_no_address_is_made_up_to_guess_on(settings: Settings) -> None:
    settings.BEHIND_PROXY = False
    answers = [
        _try("/sign-in/", "guess", HTTP_X_FORWARDED_FOR=f"192.0.2.{n}").status_code
        for n in range(4)
    ]
    assert answers[-1] == 429
