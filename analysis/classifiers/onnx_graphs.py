"""ONNX files: believed only when they are what their card says, as all weights are."""

import importlib
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from analysis.classifiers.card import Card
from analysis.errors import ClassifierError, InvalidWeights


def optional_module(name: str) -> Any:
    """A module of the extra ``onnx``.

    Raises:
        ClassifierError: the extra is not installed; the message says how to install it.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ClassifierError(
            f"ONNX: expected the extra 'onnx' (pip install 'fashionsite[onnx]'), "
            f"got no module {name}"
        ) from error


def check_graph(content: bytes, card: Card) -> str:
    """The name of the graph's one input, after everything in the file was checked.

    The graph takes normalised float32 pictures (N, C, H, W), N left open, and gives logits; the
    card's normalisation and calibration are applied outside of it.

    Raises:
        ClassifierError: the extra ``onnx`` is not installed.
        InvalidWeights: no ONNX, numbers kept in other files, numbers that are not finite,
            another input than the card's, or another count of parameters.
    """
    onnx = optional_module("onnx")
    model = _model(content)
    _check_within_file(model)
    count = 0
    for tensor in _tensors(model.graph):
        if tensor.data_type in (onnx.TensorProto.FLOAT16, onnx.TensorProto.FLOAT):
            if not np.isfinite(onnx.numpy_helper.to_array(tensor)).all():
                raise InvalidWeights(f"{tensor.name}: expected finite numbers, got NaN or infinity")
        count += _parameters(tensor)
    if count != card.weights.parameter_count:
        raise InvalidWeights(f"expected {card.weights.parameter_count} parameters, got {count}")
    constants = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in constants]
    if len(inputs) != 1:
        raise InvalidWeights(f"expected 1 input, got {[value.name for value in inputs]}")
    kind = inputs[0].type.tensor_type
    shape = tuple(side.dim_value if side.HasField("dim_value") else None for side in kind.shape.dim)
    wanted = (None, card.input.channels, card.input.height, card.input.width)
    if kind.elem_type != onnx.TensorProto.FLOAT or shape != wanted:
        raise InvalidWeights(
            f"input {inputs[0].name}: expected float32 of shape {_shown(wanted)}, "
            f"got {onnx.TensorProto.DataType.Name(kind.elem_type)} of shape {_shown(shape)}"
        )
    return str(inputs[0].name)


def count_parameters(content: bytes) -> int:
    """How many numbers other than indices the file holds, as ``check_graph`` counts them.

    Normalisations that were folded into convolutions are no longer among them, so it may be less
    than the network was trained with.

    Raises:
        ClassifierError: the extra ``onnx`` is not installed.
        InvalidWeights: no ONNX.
    """
    return sum(_parameters(tensor) for tensor in _tensors(_model(content).graph))


def _model(content: bytes) -> Any:
    onnx = optional_module("onnx")
    decode_error = optional_module("google.protobuf.message").DecodeError
    try:
        return onnx.load_model_from_string(content)
    except (decode_error, ValueError, RecursionError) as error:
        raise InvalidWeights(f"expected ONNX, got something else ({error})") from error


def _check_within_file(message: Any) -> None:
    """Refuse numbers kept in other files: a path in a file from anywhere may lead anywhere.

    Wherever they are: in functions, sparse tensors and fields that are not read here as well.
    """
    onnx = optional_module("onnx")
    if isinstance(message, onnx.TensorProto):
        if message.external_data or message.data_location == onnx.TensorProto.EXTERNAL:
            raise InvalidWeights(f"{message.name}: expected numbers in the file, got external data")
    for field, value in message.ListFields():
        if field.type == field.TYPE_MESSAGE:
            for inner in (value,) if hasattr(value, "ListFields") else value:
                _check_within_file(inner)


def _parameters(tensor: Any) -> int:
    # 64-bit integers are shapes, axes and indices; all else, quantised weights too, was trained.
    onnx = optional_module("onnx")
    is_index = tensor.data_type in (onnx.TensorProto.INT64, onnx.TensorProto.INT32)
    return 0 if is_index else math.prod(tensor.dims)


def _tensors(graph: Any) -> Iterator[Any]:
    """Every constant of a graph: its initialisers and what its nodes and their graphs hold."""
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            yield from attribute.tensors
            for inner in (*([attribute.g] if attribute.HasField("g") else ()), *attribute.graphs):
                yield from _tensors(inner)


def _shown(shape: tuple[int | None, ...]) -> str:
    return "(" + ", ".join("N" if side is None else str(side) for side in shape) + ")"
