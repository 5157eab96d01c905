"""streaming.datasets.library.fashion_mnist_split."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytest_django import Settings

from streaming.datasets import library
from streaming.datasets.fashion_mnist import SYSTEM_DIR, Sources


def test_looks_where_the_settings_say(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    answer = np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.uint8)

    def load(split: str, *, sources: Sources) -> Any:
        asked.append((split, sources))
        return answer

    settings.VAR_DIR = tmp_path / "var"
    settings.FASHION_MNIST_DIR = tmp_path / "mine"
    monkeypatch.setattr(library, "load_split", load)
    assert library.fashion_mnist_split("train") is answer
    assert len(asked) == 1
    split, sources = asked[0]
    assert split == "train"
    assert sources.chosen == tmp_path / "mine"
    assert sources.cache == tmp_path / "var" / "cache" / "fashion-mnist"
    assert sources.system == SYSTEM_DIR
