"""``manage.py exportmodel``: a package of ONNX weights, or a sentence why not."""

import importlib
import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from analysis.classifiers.packages import load
from tests.analysis.tiny_models import noise, tiny_package


@pytest.fixture(name="models")
def tiny_models(tmp_path: Path, settings: Any) -> Path:
    """A folder of packages with one called tiny."""
    settings.MODELS_DIR = tmp_path / "models"
    settings.VAR_DIR = tmp_path / "var"
    tiny_package(tmp_path / "models")
    return tmp_path / "models"


def test_writes_a_package_that_loads(
    models: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        call_command("exportmodel", "tiny")
    exported = load("tiny-onnx", models_dir=tmp_path / "var" / "exports")
    original = load("tiny", models_dir=models)
    images = noise(20)
    # The original may compute in bfloat16.
    assert np.abs(exported.predict(images) - original.predict(images)).max() < 0.02
    assert f"SHA-256 {exported.sha256}, probabilities within" in caplog.text


def test_writes_where_it_is_told(models: Path) -> None:
    call_command("exportmodel", "tiny", f"--output={models / 'small'}")
    assert load("small", models_dir=models).card.name == "small"
    with pytest.raises(CommandError, match="weights.format: expected safetensors, got onnx"):
        call_command("exportmodel", "small")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["huge"], r"\(tiny\), got 'huge'", id="unknown"),
        pytest.param(["tiny", "--output=models/tiny"], "expected another folder than", id="itself"),
    ],
)
def test_says_what_it_cannot_do(
    models: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], message: str
) -> None:
    monkeypatch.chdir(models.parent)
    with pytest.raises(CommandError, match=message):
        call_command("exportmodel", *options)


@pytest.mark.usefixtures("models")
def test_names_the_extra_that_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(CommandError, match=r"expected the extra 'onnx' .*fashionsite\[onnx\]"):
        call_command("exportmodel", "tiny")
