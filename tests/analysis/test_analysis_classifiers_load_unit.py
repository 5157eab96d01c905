"""One call gives any package's classifier; to import it costs nothing before it is made."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.classifiers import load, packages
from analysis.errors import UnknownClassifier
from analysis.identity import classifier_info
from tests.analysis.tiny_models import noise, tiny_package
from tests.analysis.tiny_onnx import PARAMETER_COUNT, serialised, tiny_model


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_gives_probabilities_card_and_size(tmp_path: Path, settings: Any, mode: str) -> None:
    settings.MODELS_DIR = tmp_path
    folder = tiny_package(tmp_path, mode=mode)
    classifier = load("tiny")
    probabilities = classifier.predict(noise(5, mode))
    assert probabilities.shape == (5, 3) and probabilities.dtype == np.float32
    assert probabilities.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert classifier.card.input.mode == mode and classifier.parameter_count > 1000
    assert load(folder).card == classifier.card


def test_takes_a_network_from_elsewhere_that_has_only_what_it_needs(tmp_path: Path) -> None:
    content = serialised(tiny_model())
    needed = {
        "format": 2,
        "name": "foreign",
        "architecture": {"name": "unknown", "arguments": {}},
        "input": {"height": 8, "width": 10, "mode": "L", "mean": [0.25], "std": [0.5]},
        "class_names": ["a", "b", "c"],
        "weights": {
            "format": "onnx",
            "sha256": hashlib.sha256(content).hexdigest(),
            "parameter_count": PARAMETER_COUNT,
        },
        "licence": "MIT",
    }
    folder = tmp_path / "foreign"
    folder.mkdir()
    (folder / "card.json").write_text(json.dumps(needed), encoding="utf-8")
    (folder / "model.onnx").write_bytes(content)
    classifier = load("foreign", models_dir=tmp_path)
    assert classifier.card.training is None and classifier.parameter_count == PARAMETER_COUNT
    assert classifier.predict(noise(4)).sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert classifier_info(classifier.card).card["training"] is None


def test_looks_where_it_is_told(tmp_path: Path, settings: Any) -> None:
    settings.MODELS_DIR = tmp_path / "nowhere"
    tiny_package(tmp_path / "mine")
    assert load("tiny", models_dir=tmp_path / "mine").card.name == "tiny"
    with pytest.raises(UnknownClassifier, match=r"nowhere \(none\), got 'tiny'"):
        load("tiny")


def test_passes_on_the_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int | None] = []
    monkeypatch.setattr(
        packages, "load", lambda name, *, models_dir, threads: asked.append(threads)
    )
    for threads in (None, 2):
        load("tiny", models_dir=tmp_path, threads=threads)
    assert asked == [None, 2]


def test_imports_neither_torch_nor_django_before_it_is_called() -> None:
    loaded = "{'torch', 'django'} & set(sys.modules)"
    code = f"import sys, analysis.classifiers; sys.exit(bool({loaded}))"
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert done.returncode == 0
