"""An ONNX file is believed only when it is what its card says."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from onnx import AttributeProto, TensorProto, helper, numpy_helper

from analysis.classifiers.card import Weights
from analysis.classifiers.onnx_graphs import check_graph
from analysis.errors import InvalidWeights
from tests.analysis.tiny_onnx import onnx_card, serialised, tiny_model


def test_gives_the_name_of_the_input() -> None:
    content = serialised(tiny_model())
    assert check_graph(content, onnx_card(content)) == "pixels"


def _nan(model: Any) -> None:
    spoilt = numpy_helper.to_array(model.graph.initializer[0]).copy()
    spoilt[3, 1] = np.nan
    model.graph.initializer[0].CopyFrom(numpy_helper.from_array(spoilt, "slopes"))


def _external(model: Any) -> None:
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../secret")


def _elsewhere(tensor: Any) -> Any:
    tensor.data_type = TensorProto.FLOAT
    tensor.name = "hidden"
    tensor.external_data.add(key="location", value="/etc/hostname")
    return tensor


def _external_sparse(model: Any) -> None:
    _elsewhere(model.graph.sparse_initializer.add().values)


def _external_attribute(model: Any) -> None:
    attribute = model.graph.node[0].attribute.add(name="value", type=AttributeProto.SPARSE_TENSOR)
    _elsewhere(attribute.sparse_tensor.indices)


def _external_function(model: Any) -> None:
    function = model.functions.add(name="f", domain="d")
    node = function.node.add(op_type="Constant", output=["c"])
    _elsewhere(node.attribute.add(name="value", type=AttributeProto.TENSOR).t)


def _external_inner_graph(model: Any) -> None:
    branch = model.graph.node[0].attribute.add(name="then", type=AttributeProto.GRAPH).g
    _elsewhere(branch.initializer.add())


def _smaller(model: Any) -> None:
    del model.graph.initializer[1]


def _turned(model: Any) -> None:
    sides = model.graph.input[0].type.tensor_type.shape.dim
    sides[2].dim_value, sides[3].dim_value = 10, 8


def _one_at_a_time(model: Any) -> None:
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1


def _bytes(model: Any) -> None:
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.UINT8


def _two_inputs(model: Any) -> None:
    model.graph.input.append(helper.make_tensor_value_info("more", TensorProto.FLOAT, [1]))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        pytest.param(_nan, "slopes: expected finite numbers, got NaN", id="NaN"),
        pytest.param(_external, "slopes: expected numbers in the file, got ext", id="external"),
        pytest.param(_external_sparse, "hidden: expected numbers in the file", id="sparse"),
        pytest.param(_external_attribute, "hidden: expected numbers in", id="in an attribute"),
        pytest.param(_external_function, "hidden: expected numbers in", id="in a function"),
        pytest.param(_external_inner_graph, "hidden: expected numbers in", id="in a branch"),
        pytest.param(_smaller, "expected 243 parameters, got 240", id="another count"),
        pytest.param(_turned, r"of shape \(N, 1, 8, 10\), got FLOAT of .* 10, 8\)", id="turned"),
        pytest.param(_one_at_a_time, r"got FLOAT of shape \(1, 1, 8, 10\)", id="fixed batch"),
        pytest.param(_bytes, "input pixels: expected float32 .*, got UINT8", id="bytes"),
        pytest.param(_two_inputs, r"expected 1 input, got \['pixels', 'more'\]", id="two inputs"),
    ],
)
def test_refuses_a_graph_that_is_not_the_cards(spoil: Callable[[Any], None], message: str) -> None:
    model = tiny_model()
    spoil(model)
    content = serialised(model)
    with pytest.raises(InvalidWeights, match=message):
        check_graph(content, onnx_card(content))


def test_refuses_an_empty_file() -> None:
    weights = Weights(format="onnx", sha256="0" * 64, parameter_count=1)
    with pytest.raises(InvalidWeights, match="expected 1 parameters, got 0"):
        check_graph(b"", onnx_card(b"", weights=weights))


def test_refuses_what_is_no_onnx() -> None:
    with pytest.raises(InvalidWeights, match="expected ONNX, got something else"):
        check_graph(b"\x80\x04N.", onnx_card(b""))
