"""The command logs a table for each package, and says when there is no such classifier."""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from bench import inference
from bench.inference import AS_LOADED, REFERENCE, main
from tests.analysis.tiny_models import tiny_package

QUICK = ["--rounds=1", "--seconds=0.001"]


@pytest.fixture(autouse=True)
def keep_threads() -> Iterator[None]:
    """The command sets the threads of the whole process; the next test wants its own."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.fixture(name="models")
def few_ways_and_tiny_models(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder of two packages, and two ways to run a network."""
    settings.MODELS_DIR = tmp_path

    def build(network: Any, card: Any, *, threads: int) -> dict[str, Any]:
        assert card.name in ("tiny", "fashion-fast") and threads == torch.get_num_threads()
        return {REFERENCE: network, "again": network}

    monkeypatch.setattr(inference, "build_runners", build)
    for name in ("tiny", "fashion-fast"):
        tiny_package(tmp_path, name)
    return tmp_path


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(
    ("options", "names"),
    [
        pytest.param([], ["fashion-fast"], id="the usual one"),
        pytest.param(["tiny", "fashion-fast"], ["tiny", "fashion-fast"], id="those named"),
    ],
)
def test_logs_a_table_of_one_thread_and_two(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    options: list[str],
    names: list[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["inference", *options, *QUICK])
    with caplog.at_level(logging.INFO):
        assert main() == 0
    tables = [message for message in caplog.messages if "| p50 ms |" in message]
    assert [message.partition(" ")[0] for message in tables] == names
    for message in tables:
        assert "(1319 parameters)" in message and "| batch of 64 | batch of 256 |" in message
        rows = [line for line in message.splitlines() if line.startswith("| ")][2:]
        shown = [tuple(cell.strip(" *") for cell in row.split("|")[1:3]) for row in rows]
        assert shown == [
            (name, threads) for threads in "12" for name in (REFERENCE, "again", AS_LOADED)
        ]
        assert [row for row in rows if "**" in row] == [rows[0]]


@pytest.mark.usefixtures("models")
def test_takes_other_numbers_of_threads(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "argv", ["inference", "tiny", *QUICK, "--threads", "2"])
    with caplog.at_level(logging.INFO):
        assert main() == 0
    assert f"| **{REFERENCE}** | **2** |" in caplog.text and "| again | 1 |" not in caplog.text


@pytest.mark.usefixtures("models")
def test_names_the_classifiers_there_are_before_it_measures(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "argv", ["inference", "tiny", "huge"])
    assert main() == 1
    assert "(fashion-fast, tiny), got 'huge'" in caplog.text and "p50" not in caplog.text
