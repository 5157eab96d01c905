"""A checkpoint comes back as it was written, and one of another run does not."""

import json
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from analysis.errors import TrainingError
from analysis.training.checkpoints import Checkpoint, CheckpointFile, EpochReport

IDENTITY: dict[str, Any] = {"recipe": "tiny", "seed": 1, "hyperparameters": {"widths": (4, 8)}}
CHECKPOINT = Checkpoint(
    tensors={
        "network.weights": torch.randn(3, 2, 3, 3).contiguous(memory_format=torch.channels_last),
        "averaged.n_averaged": torch.tensor(7),
    },
    reports=(
        EpochReport(
            epoch=1,
            loss=0.1 + 0.2,
            accuracy=0.5,
            validation_loss=None,
            validation_accuracy=None,
            seconds=1.5,
            images_per_second=10.0,
        ),
    ),
)


def test_comes_back_as_it_was_written(tmp_path: Path) -> None:
    CheckpointFile(tmp_path / "new", IDENTITY).save(CHECKPOINT)
    loaded = CheckpointFile(tmp_path / "new", IDENTITY).load()
    assert loaded is not None and loaded.reports == CHECKPOINT.reports
    assert loaded.tensors.keys() == CHECKPOINT.tensors.keys()
    for name, tensor in CHECKPOINT.tensors.items():
        assert torch.equal(loaded.tensors[name], tensor)
        assert loaded.tensors[name].dtype == tensor.dtype


def test_is_none_where_nothing_was_written(tmp_path: Path) -> None:
    assert CheckpointFile(tmp_path, IDENTITY).load() is None


def test_replaces_the_last_one_and_leaves_nothing_else(tmp_path: Path) -> None:
    file = CheckpointFile(tmp_path, IDENTITY)
    file.save(CHECKPOINT)
    file.save(Checkpoint({"network.weights": torch.ones(1)}, ()))
    loaded = file.load()
    assert loaded is not None and not loaded.reports
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint.safetensors"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"seed": 2}, "seed: expected 2, got 1$", id="seed"),
        pytest.param({"recipe": "big"}, "recipe: expected 'big', got 'tiny'$", id="recipe"),
        pytest.param(
            {"hyperparameters": {"widths": (4, 9)}},
            r"hyperparameters.widths: expected \[4, 9\], got \[4, 8\]$",
            id="nested",
        ),
        pytest.param({"more": True}, "more: expected True, got None$", id="unknown then"),
        pytest.param(
            {"seed": 3, "recipe": "big"},
            "recipe: expected 'big', got 'tiny'; seed: expected 3, got 1$",
            id="two at once",
        ),
    ],
)
def test_refuses_one_of_another_run(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    CheckpointFile(tmp_path, IDENTITY).save(CHECKPOINT)
    with pytest.raises(TrainingError, match=f"is of another run: {message}"):
        CheckpointFile(tmp_path, IDENTITY | changes).load()


def test_refuses_another_format(tmp_path: Path) -> None:
    rest = json.dumps({"format": 2, "identity": {}, "reports": []})
    content = safetensors.torch.save({}, metadata={"fashionsite": rest})
    (tmp_path / "checkpoint.safetensors").write_bytes(content)
    with pytest.raises(TrainingError, match="format: expected 1, got 2"):
        CheckpointFile(tmp_path, {}).load()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"nonsense" * 20, id="no safetensors"),
        pytest.param(safetensors.torch.save({"a": torch.ones(1)}), id="no metadata"),
        pytest.param(safetensors.torch.save({}, metadata={"fashionsite": "{"}), id="no JSON"),
        pytest.param(safetensors.torch.save({}, metadata={"fashionsite": "{}"}), id="fields"),
    ],
)
def test_refuses_what_is_no_checkpoint(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "checkpoint.safetensors").write_bytes(content)
    with pytest.raises(TrainingError, match="expected a checkpoint, got something else"):
        CheckpointFile(tmp_path, IDENTITY).load()
