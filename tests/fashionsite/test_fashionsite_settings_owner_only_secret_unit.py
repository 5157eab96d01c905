"""The secret key that fashionsite.settings makes and keeps."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from fashionsite import settings

_secret: Callable[[Path], str] = getattr(settings, "_owner_only_secret")


def test_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    secret = _secret(path)
    assert len(secret) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert _secret(path) == secret


def test_differs_from_one_installation_to_the_next(tmp_path: Path) -> None:
    assert _secret(tmp_path / "a") != _secret(tmp_path / "b")


def test_is_the_others_where_another_process_was_faster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret_key"

    def slow(_length: int) -> str:
        path.write_text("the other's", "ascii")
        return "mine"

    monkeypatch.setattr("secrets.token_urlsafe", slow)
    assert _secret(path) == "the other's"
