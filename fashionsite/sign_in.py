"""The sign-in page, and what who guesses passwords gets instead."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class SignIn(LoginView):
    """Name and password; where it leads afterwards is checked to be on this site."""

    template_name = "fashionsite/sign_in.html"
    redirect_authenticated_user = False


def locked_out(request: HttpRequest, original: Any = None, credentials: Any = None) -> HttpResponse:
    """The answer to an address that gave too many wrong passwords, whatever it gave this time."""
    del original, credentials
    wait = settings.AXES_COOLOFF_TIME
    response = render(request, "fashionsite/locked_out.html", status=429)
    response.headers["Retry-After"] = str(int(wait.total_seconds()))
    return response
