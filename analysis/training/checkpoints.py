"""What training keeps after each epoch, so that it can go on from there to the same result.

One file: tensors as safetensors, everything else as JSON in its metadata. Nothing is pickled,
and a new checkpoint replaces the last one whole or not at all.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import safetensors
import safetensors.torch
from torch import Tensor

from analysis.errors import TrainingError

CHECKPOINT_FILE = "checkpoint.safetensors"
FORMAT: Final = 1
_METADATA_KEY = "fashionsite"


@dataclass(frozen=True)
class EpochReport:
    """How one epoch went.

    Attributes:
        epoch: from 1.
        loss: mean cross-entropy with label smoothing, over the augmented training pictures.
        accuracy: on the augmented training pictures, 0 to 1.
        validation_loss: mean cross-entropy of the averaged weights, without label smoothing;
            None where nothing was kept back.
        validation_accuracy: of the averaged weights, 0 to 1; None as above.
        seconds: the epoch took, validation included.
        images_per_second: trained on, validation not included.
    """

    epoch: int
    loss: float
    accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float
    images_per_second: float


@dataclass(frozen=True)
class Checkpoint:
    """Training as it stood after an epoch.

    Attributes:
        tensors: weights, their average and the optimizer's momentum, by name, on the CPU.
        reports: one for each epoch that is done.
    """

    tensors: Mapping[str, Tensor]
    reports: tuple[EpochReport, ...]


class _Rest(msgspec.Struct, forbid_unknown_fields=True):
    """Everything of a checkpoint that is no tensor."""

    format: int
    identity: dict[str, Any]
    reports: tuple[EpochReport, ...]


class CheckpointFile:
    """The checkpoint of one run, in the folder that its package goes to.

    Args:
        folder: made when the first checkpoint is written.
        identity: what decides the result of the run, as JSON has it: recipe, seed, hash of the
            data. A checkpoint of another identity is refused.
    """

    def __init__(self, folder: Path, identity: Mapping[str, Any]) -> None:
        self.path = folder / CHECKPOINT_FILE
        self._identity = msgspec.json.decode(msgspec.json.encode(identity))

    def save(self, checkpoint: Checkpoint) -> None:
        """Write the checkpoint in place of the last one.

        Raises:
            OSError: it cannot be written; the last one is still there.
        """
        rest = _Rest(format=FORMAT, identity=self._identity, reports=checkpoint.reports)
        content = safetensors.torch.save(
            {name: tensor.contiguous() for name, tensor in checkpoint.tensors.items()},
            metadata={_METADATA_KEY: msgspec.json.encode(rest).decode()},
        )
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(".part")
        part.write_bytes(content)
        os.replace(part, self.path)

    def load(self) -> Checkpoint | None:
        """The last checkpoint; None where there is none.

        Raises:
            TrainingError: it is of another run (the message names what differs), or no checkpoint.
        """
        if not self.path.exists():
            return None
        try:
            with safetensors.safe_open(self.path, framework="pt") as file:
                metadata = file.metadata() or {}
                tensors = {name: file.get_tensor(name).clone() for name in file.keys()}
            rest = msgspec.json.decode(metadata[_METADATA_KEY], type=_Rest)
        except (safetensors.SafetensorError, OSError, KeyError, msgspec.DecodeError) as error:
            raise TrainingError(
                f"{self.path}: expected a checkpoint, got something else ({error})"
            ) from error
        differences = _differences(self._identity, rest.identity)
        if rest.format != FORMAT:
            differences = [f"format: expected {FORMAT}, got {rest.format}"]
        if differences:
            raise TrainingError(f"{self.path} is of another run: {'; '.join(differences)}")
        return Checkpoint(tensors, rest.reports)


def _differences(expected: Mapping[str, Any], got: Mapping[str, Any]) -> list[str]:
    """A phrase for each value, at any depth, that is not as expected."""
    phrases = []
    for key in sorted(expected.keys() | got.keys()):
        here, there = expected.get(key), got.get(key)
        if isinstance(here, dict) and isinstance(there, dict):
            phrases += [f"{key}.{phrase}" for phrase in _differences(here, there)]
        elif here != there:
            phrases.append(f"{key}: expected {here!r}, got {there!r}")
    return phrases
