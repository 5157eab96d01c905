"""access.middleware.HeadersMiddleware, and every other header that protects a page."""

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client, RequestFactory

from access.middleware import HeadersMiddleware

PATHS = [
    *("/", "/sign-in/", "/health/", "/nowhere/", "/admin/login/", "/favicon.ico"),
    *("/api/sessions/", "/api/nowhere/", "/api/schema/", "/api/docs/", "/api/docs/?script="),
    "/static/results/site.css",
]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_every_answer_is_protected(path: str, host: str) -> None:
    response = Client().get(path, headers={"Host": host})
    response.close()
    headers = response.headers
    policy = dict(
        directive.strip().split(" ", 1)
        for directive in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    if host == "localhost" and not path.startswith("/static/"):
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
def test_the_admin_is_protected_alike() -> None:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("admin"))
    headers = client.get("/admin/").headers
    assert "'unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_leaves_what_a_view_has_set() -> None:
    own = {"Permissions-Policy": "camera=(self)"}
    middleware = HeadersMiddleware(lambda request: HttpResponse(headers=own))
    response = middleware(RequestFactory().get("/"))
    assert isinstance(response, HttpResponse)
    assert response.headers["Permissions-Policy"] == "camera=(self)"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
