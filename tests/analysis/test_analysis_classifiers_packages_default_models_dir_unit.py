"""Packages lie where the settings say, and beside the code where there are none."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from analysis.classifiers import packages
from analysis.classifiers.packages import default_models_dir


def test_is_what_the_settings_say(tmp_path: Path, settings: Any) -> None:
    settings.MODELS_DIR = str(tmp_path)
    assert default_models_dir() == tmp_path


@pytest.mark.parametrize(
    "others",
    [
        pytest.param(SimpleNamespace(configured=False), id="no Django"),
        pytest.param(SimpleNamespace(configured=True), id="a project without models"),
    ],
)
def test_is_beside_the_code_without_the_setting(
    monkeypatch: pytest.MonkeyPatch, others: SimpleNamespace
) -> None:
    monkeypatch.setattr(packages, "settings", others)
    assert default_models_dir() == Path(__file__).resolve().parents[2] / "models"
