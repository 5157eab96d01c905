"""ONNX files small enough to be made anew in each test."""

import hashlib
from typing import Any

import msgspec
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from analysis.classifiers.card import Card, Weights
from tests.analysis.tiny_models import tiny_card

PARAMETER_COUNT = 3 * 80 + 3


def tiny_weights() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Slopes (80, 3) and heights (3,) of a linear classifier of 8x10 pictures."""
    rng = np.random.default_rng(0)
    slopes = rng.normal(0, 0.1, size=(80, 3)).astype(np.float32)
    return slopes, rng.normal(0, 1, size=3).astype(np.float32)


def tiny_model() -> Any:
    """That classifier as an ONNX model, which a test may spoil."""
    slopes, heights = tiny_weights()
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["N", 1, 8, 10])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 3])
    nodes = [
        helper.make_node("Flatten", ["pixels"], ["flat"]),
        helper.make_node("Gemm", ["flat", "slopes", "heights"], ["logits"]),
    ]
    initialisers = [
        numpy_helper.from_array(slopes, "slopes"),
        numpy_helper.from_array(heights, "heights"),
    ]
    graph = helper.make_graph(nodes, "tiny", [pixels], [logits], initialisers)
    opset = [helper.make_opsetid("", 17)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8)


def onnx_card(content: bytes, **changes: Any) -> Card:
    """The card of that file, with those fields changed."""
    sha256 = hashlib.sha256(content).hexdigest()
    weights = Weights(format="onnx", sha256=sha256, parameter_count=PARAMETER_COUNT)
    return msgspec.structs.replace(tiny_card(), **({"format": 2, "weights": weights} | changes))


def serialised(model: Any) -> bytes:
    """The model as the bytes of a file."""
    content: bytes = onnx.ModelProto.SerializeToString(model)
    return content
