"""fashionsite.admin_user.ensure_admin_user with the database and the file system."""

import logging
import os
import stat
from pathlib import Path

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.http import HttpRequest

from fashionsite.admin_user import ensure_admin_user

pytestmark = pytest.mark.django_db


def test_makes_one_whose_password_only_its_owner_can_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "admin-password"
    # However open the user's files are otherwise.
    before = os.umask(0)
    try:
        with caplog.at_level(logging.DEBUG):
            assert ensure_admin_user(file)
    finally:
        os.umask(before)
    password = file.read_text("ascii").strip()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    user = authenticate(HttpRequest(), username="admin", password=password)
    assert user == get_user_model().objects.get(is_superuser=True)
    assert len(password) >= 20
    assert str(file) in caplog.text
    assert password not in caplog.text


def test_leaves_everything_as_it_is_the_second_time(tmp_path: Path) -> None:
    file = tmp_path / "admin-password"
    ensure_admin_user(file)
    password = file.read_text("ascii")
    assert not ensure_admin_user(file)
    assert file.read_text("ascii") == password
    assert get_user_model().objects.count() == 1


def test_makes_none_where_somebody_made_one(tmp_path: Path) -> None:
    get_user_model().objects.create_superuser(username="alice", password="x")
    file = tmp_path / "admin-password"
    assert not ensure_admin_user(file)
    assert not file.exists()


def test_replaces_an_old_file_that_others_could_read(tmp_path: Path) -> None:
    file = tmp_path / "admin-password"
    file.write_text("of a database that is gone", "ascii")
    file.chmod(0o644)
    assert ensure_admin_user(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "gone" not in file.read_text("ascii")
