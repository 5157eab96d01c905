"""``manage.py makedataset`` with the real Fashion-MNIST."""

import hashlib
import io
import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rich
from django.core.management import CommandError, call_command
from pytest_django import Settings
from rich.console import Console

from streaming.datasets.fashion_mnist import CLASS_NAMES
from streaming.datasets.library import fashion_mnist_split
from streaming.datasets.pickles import DatasetReader


@pytest.fixture(name="var_dir", autouse=True)
def _var_dir(tmp_path: Path, settings: Settings) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    return tmp_path / "var"


def test_draws_frames_with_their_labels_from_the_test_split(var_dir: Path) -> None:
    call_command("makedataset", "--count", "500", "--seed", "3")
    with DatasetReader.open(var_dir / "datasets" / "fashion-mnist-test-500-3.pickle") as reader:
        header = reader.header
        images, labels = reader.read(0, 500), reader.labels(0, 500)
    assert (header.name, header.split, header.seed, header.count) == (
        "fashion-mnist",
        "test",
        3,
        500,
    )
    assert header.class_names == CLASS_NAMES
    truth = {
        (image.tobytes(), int(label))
        for image, label in zip(*fashion_mnist_split("test"), strict=True)
    }
    assert labels is not None
    assert len(set(map(bytes, images))) == 500
    assert all((bytes(i), int(k)) in truth for i, k in zip(images, labels, strict=True))


def test_draws_again_when_more_is_asked_for_than_the_split_has(tmp_path: Path) -> None:
    path = tmp_path / "file.pickle"
    call_command("makedataset", "--count", "25000", "--output", str(path))
    with DatasetReader.open(path) as reader:
        first, second = reader.labels(0, 10_000), reader.labels(10_000, 10_000)
    assert first is not None and second is not None
    assert np.bincount(first).tolist() == np.bincount(second).tolist() == [1000] * 10
    assert not np.array_equal(first, second)


def test_writes_the_same_bytes_by_the_same_seed(tmp_path: Path) -> None:
    hashes = []
    for name, seed in [("a", "1"), ("b", "1"), ("c", "2")]:
        path = tmp_path / name
        call_command("makedataset", "--count", "50", "--seed", seed, "--output", str(path))
        hashes.append(hashlib.sha256(path.read_bytes()).hexdigest())
    assert hashes[0] == hashes[1] != hashes[2]


def test_logs_what_it_wrote_and_how_far_it_is(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    path = tmp_path / "file"
    call_command("makedataset", "--count", "9000", "--split", "train", "--output", str(path))
    size, sha256 = path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()
    assert f"wrote {path}: 9,000 frames, {size:,} bytes, SHA-256 {sha256}" in caplog.text
    assert "wrote 4,096 of 9,000 frames" in caplog.text


def test_shows_a_progress_bar_on_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=100)
    monkeypatch.setattr(rich, "get_console", lambda: console)
    call_command("makedataset", "--count", "9000", "--output", str(tmp_path / "file"))
    assert "writing frames" in screen.getvalue()
    assert "9000/9000" in screen.getvalue()
    assert "of 9,000 frames" not in caplog.text


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        pytest.param(["--count", "0"], "--count must be from 1 to .*, not 0", id="count 0"),
        pytest.param(["--count", "-5"], "--count must be from 1 to .*, not -5", id="count -5"),
        pytest.param(["--count", "10000000000"], "--count must be from 1", id="huge count"),
        pytest.param(["--count", "ten"], "--count: invalid int value", id="count no number"),
        pytest.param([], "--count", id="no count"),
        pytest.param(["--count", "1", "--seed", "-1"], "--seed must be from 0", id="seed"),
        pytest.param(["--count", "1", "--split", "val"], "invalid choice: 'val'", id="split"),
        pytest.param(["--count", "1", "--output", "/"], "/ cannot be written", id="output"),
    ],
)
def test_refuses_wrong_options_in_a_sentence(arguments: list[str], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command("makedataset", *arguments)


def test_runs_as_a_process_and_writes_to_standard_error_only(tmp_path: Path) -> None:
    path = tmp_path / "file"
    manage = Path(__file__).parents[2] / "manage.py"
    command = [sys.executable, str(manage), "makedataset", "--count", "5", "--output", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == ""
    assert f"wrote {path}: 5 frames" in done.stderr
    assert "\x1b[" not in done.stderr
