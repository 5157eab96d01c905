"""The command logs its table, and says when there is no such classifier."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from bench import inference
from bench.inference import REFERENCE, main
from tests.analysis.tiny_models import tiny_package


@pytest.fixture(autouse=True)
def keep_threads() -> Iterator[None]:
    """The command sets the threads of the whole process; the next test wants its own."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("threads", [1, 2])
def test_logs_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, threads: int
) -> None:
    tiny_package(tmp_path)

    def build(network: Any, card: Any, *, threads: int) -> dict[str, Any]:
        assert card.name == "tiny" and threads >= 1
        return {REFERENCE: network, "again": network}

    monkeypatch.setattr(inference, "MODELS", tmp_path)
    monkeypatch.setattr(inference, "build_runners", build)
    options = ["--model=tiny", "--rounds=1", "--seconds=0.001", f"--threads={threads}"]
    monkeypatch.setattr(sys, "argv", ["inference", *options])
    with caplog.at_level(logging.INFO):
        assert main() == 0
    assert f"tiny, {threads} threads, 1 rounds" in caplog.text
    assert f"| **{REFERENCE}** |" in caplog.text and "| again |" in caplog.text


def test_names_the_classifiers_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(inference, "MODELS", tmp_path)
    monkeypatch.setattr(sys, "argv", ["inference", "--model=huge"])
    assert main() == 1
    assert "got 'huge'" in caplog.text
