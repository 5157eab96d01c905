"""A classifier small enough to be made anew in each test, and pictures it can learn."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from torch import nn

from analysis.classifiers import architectures, packages
from analysis.classifiers.card import Card
from analysis.labelled_images import LabelledImages
from analysis.training.recipes import Recipe

CLASS_NAMES = ("dark", "left", "right")
TINY_RECIPE = Recipe(
    architecture="compact-resnet",
    widths=(4, 8),
    blocks=(1, 1),
    epochs=2,
    batch_size=16,
    peak_learning_rate=0.05,
    ema_decay=0.9,
    max_shift=1,
    flip_probability=0.0,
    erasing_probability=0.1,
    validation_count=30,
)


def tiny_card_fields(mode: str = "L") -> dict[str, Any]:
    """A valid card as JSON has it; a test changes what it wants to be wrong."""
    channels = 1 if mode == "L" else 3
    return {
        "format": 1,
        "name": "tiny",
        "architecture": {
            "name": "compact-resnet",
            "arguments": {"widths": [4, 8], "blocks": [1, 1]},
        },
        "input": {
            "height": 8,
            "width": 10,
            "mode": mode,
            "mean": [0.25] * channels,
            "std": [0.5] * channels,
        },
        "class_names": list(CLASS_NAMES),
        "temperature": 1.5,
        "weights": {"format": "safetensors", "sha256": "0" * 64, "parameter_count": 1},
        "training": {
            "recipe": "tiny",
            "hyperparameters": {"validation_count": 30},
            "epochs": 2,
            "seed": 0,
            "dataset": "stripes",
            "trained_on": "train",
            "images": 90,
            "sha256": "1" * 64,
        },
        "licence": "MIT",
    }


def tiny_card(mode: str = "L", **changes: Any) -> Card:
    """A valid card with those top-level fields changed."""
    return msgspec.convert(tiny_card_fields(mode) | changes, Card)


def tiny_training(**changes: Any) -> dict[str, Any]:
    """A card's training record as JSON has it, with those fields changed."""
    record: dict[str, Any] = tiny_card_fields()["training"] | changes
    return record


def tiny_network(mode: str = "L", *, seed: int = 0) -> nn.Module:
    """The card's network with running statistics that are not those of a fresh one."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = architectures.build(
            "compact-resnet",
            channels=1 if mode == "L" else 3,
            classes=len(CLASS_NAMES),
            arguments={"widths": (4, 8), "blocks": (1, 1)},
        )
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.weight, 0.5, 1.5)
                nn.init.normal_(module.bias)
                module.running_mean = torch.randn(module.num_features)
                module.running_var = torch.rand(module.num_features) + 0.5
    return network.eval()


def tiny_package(models_dir: Path, name: str = "tiny", mode: str = "L", **changes: Any) -> Path:
    """A package of that name, written to ``models_dir``, those fields of its card changed."""
    folder = models_dir / name
    packages.save(folder, tiny_network(mode), tiny_card(mode, name=name, **changes))
    return folder


def noise(count: int, mode: str = "L", *, seed: int = 0) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Random pictures of the card's input size."""
    shape = (count, 8, 10) if mode == "L" else (count, 8, 10, 3)
    return np.random.default_rng(seed).integers(0, 256, size=shape, dtype=np.uint8)


def stripes(count: int, *, seed: int = 0) -> LabelledImages:
    """Grey pictures that are dark, bright on the left or bright on the right, as labelled."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 60, size=(count, 8, 10), dtype=np.uint8)
    labels = np.arange(count, dtype=np.int64) % 3
    images[labels == 1, :, :4] += 150
    images[labels == 2, :, 6:] += 150
    return LabelledImages(images, labels, CLASS_NAMES)
