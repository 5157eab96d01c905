"""A package's network as an ONNX file, believed only after it gave the same probabilities."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from analysis.classifiers.architectures import fold
from analysis.classifiers.card import FORMAT, Card, Weights
from analysis.classifiers.inference import Classifier
from analysis.classifiers.onnx_graphs import count_parameters, optional_module
from analysis.classifiers.onnx_inference import OnnxClassifier
from analysis.classifiers.packages import save_onnx
from analysis.errors import InvalidWeights

# The largest difference of a probability that the export may make.
TOLERANCE = 1e-4


def export_package(network: nn.Module, card: Card, folder: Path) -> tuple[Card, float]:
    """Write the network as a package whose weights are an ONNX file.

    The new card keeps what was measured of the accuracy, which is the network's, and drops the
    speed, which is the engine's.

    Args:
        network: the card's, in evaluation mode.
        card: of the package that is exported.
        folder: of the new package; its name becomes the classifier's.

    Returns:
        The new card and the largest difference of a probability that was seen.

    Raises:
        ClassifierError: the extra ``onnx`` is not installed.
        InvalidWeights: the exported network gives other probabilities; nothing is written.
        InvalidCard: the folder's name is no name.
        OSError: the folder cannot be written.
    """
    content = to_onnx(network, card)
    card = msgspec.structs.replace(
        card,
        format=FORMAT,
        name=folder.name,
        weights=Weights(
            format="onnx", sha256=card.weights.sha256, parameter_count=count_parameters(content)
        ),
        speed=None,
    )
    images = probe_images(card.input.image_shape)
    exported = OnnxClassifier(card, content).predict(images)
    expected = Classifier(card, network, dtype=torch.float32).predict(images)
    difference = float(np.abs(exported - expected).max())
    if difference > TOLERANCE:
        raise InvalidWeights(
            f"export of {card.name}: expected probabilities within {TOLERANCE:g} of the "
            f"network's, got a difference of {difference:g}"
        )
    return save_onnx(folder, content, card), difference


def to_onnx(network: nn.Module, card: Card) -> bytes:
    """The network as an ONNX file: normalised pictures (N, C, H, W) to logits (N, classes).

    It computes in float32; normalisations are folded into the convolutions.

    Raises:
        ClassifierError: the extra ``onnx`` is not installed.
    """
    for module in ("onnx", "onnxscript"):
        optional_module(module)
    shape = card.input.channels, card.input.height, card.input.width
    with _quiet():
        program: Any = torch.onnx.export(
            fold(network),
            (torch.zeros(2, *shape),),  # of one picture the exporter would make a constant
            dynamo=True,
            input_names=["pixels"],
            output_names=["logits"],
            dynamic_shapes=({0: torch.export.Dim("batch", min=1)},),
            verbose=False,
        )
    content: bytes = program.model_proto.SerializeToString()
    return content


def probe_images(image_shape: tuple[int, ...], count: int = 256) -> npt.NDArray[np.uint8]:
    """Pictures of every coarseness and contrast, always the same: uint8 (count, *image_shape).

    Blocks of 1 to 8 pixels a side, from faint to full contrast, about a mean of their own; noise
    alone would try few of the network's features.
    """
    rng = np.random.default_rng(0)
    height, width = image_shape[:2]
    images = np.empty((count, *image_shape), dtype=np.uint8)
    for index in range(count):
        side = 1 + index % 8
        rows, columns = -(-height // side), -(-width // side)
        blocks = rng.uniform(-1, 1, size=(rows, columns, *image_shape[2:]))
        coarse = blocks.repeat(side, axis=0).repeat(side, axis=1)[:height, :width]
        pixels = rng.uniform(0, 255) + rng.uniform(10, 200) * coarse
        images[index] = np.clip(pixels, 0, 255)
    return images


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the exporter's remarks on itself: they say nothing about our network."""
    exporters = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "onnx_ir")]
    levels = [exporter.level for exporter in exporters]
    for exporter in exporters:
        exporter.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            yield
    finally:
        for exporter, level in zip(exporters, levels, strict=True):
            exporter.setLevel(level)
