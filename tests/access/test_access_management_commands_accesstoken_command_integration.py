"""access.management.commands.accesstoken.Command."""

import logging
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from access.models import AccessToken
from access.roles import Scope
from access.services import token_of

pytestmark = pytest.mark.django_db


@pytest.fixture(name="var_dir", autouse=True)
def make_var_dir(settings: Settings, tmp_path: Path) -> Path:
    """A var folder of the test's own."""
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_makes_a_token_that_only_its_owners_file_has(
    var_dir: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    # However open the user's files are otherwise.
    before = os.umask(0)
    try:
        with caplog.at_level(logging.DEBUG):
            call_command("accesstoken", "create", "edge-1", "--scope=stream", "--scope=read")
    finally:
        os.umask(before)
    file = var_dir / "tokens" / "edge-1"
    text = file.read_text("ascii").strip()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert token_of(text).scopes == {Scope.STREAM, Scope.READ}
    assert str(file) in caplog.text
    written = capfd.readouterr()
    assert text not in caplog.text + written.out + written.err


def test_writes_where_it_is_told_and_lets_it_expire(tmp_path: Path) -> None:
    file = tmp_path / "mine"
    call_command(*("accesstoken", "create", "edge", "--scope=read"), expires_in=30, output=file)
    token = token_of(file.read_text("ascii").strip())
    assert token.expires_at is not None
    assert abs(token.expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=5)


def test_replaces_no_file_and_leaves_no_token_without_one(tmp_path: Path) -> None:
    file = tmp_path / "mine"
    file.write_text("something else")
    with pytest.raises(CommandError, match="mine cannot be written: File exists"):
        call_command("accesstoken", "create", "edge", "--scope=read", output=file)
    assert file.read_text() == "something else"
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["create", "../up", "--scope=read"], "letters, digits", id="a path"),
        pytest.param(["create", "a"], "--scope", id="no scope"),
        pytest.param(["create", "a", "--scope=admin"], "invalid choice: 'admin'", id="a scope"),
        pytest.param(["create", "a", "--scope=read", "--expires-in=0"], "1 to 36500", id="days"),
        pytest.param(["revoke", "b"], "no token is called 'b'; there are none", id="unknown"),
        pytest.param([], "required: action", id="nothing"),
    ],
)
def test_says_what_is_wrong(arguments: list[str], message: str, var_dir: Path) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("accesstoken", *arguments)
    assert not AccessToken.objects.exists()
    assert not (var_dir / "up").exists()


def test_lists_and_revokes(var_dir: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        call_command("accesstoken", "list")
        assert "there is no token" in caplog.text
        call_command("accesstoken", "create", "edge", "--scope=stream")
        call_command("accesstoken", "list")
        assert "edge: valid, for stream, made " in caplog.text
        call_command("accesstoken", "revoke", "edge")
        call_command("accesstoken", "list")
    assert "edge: revoked" in caplog.text
    text = (var_dir / "tokens" / "edge").read_text("ascii").strip()
    assert text not in caplog.text
    assert AccessToken.objects.get().sha256 not in caplog.text
