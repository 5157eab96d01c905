"""Indices are no parameters; everything else in an ONNX file is."""

import numpy as np
import pytest
from onnx import helper, numpy_helper

from analysis.classifiers.onnx_graphs import count_parameters
from analysis.errors import InvalidWeights
from tests.analysis.tiny_onnx import PARAMETER_COUNT, serialised, tiny_model


def test_counts_initialisers_and_constants_but_no_indices() -> None:
    model = tiny_model()
    assert count_parameters(serialised(model)) == PARAMETER_COUNT
    indices = numpy_helper.from_array(np.arange(5), "indices")
    model.graph.initializer.append(indices)
    value = numpy_helper.from_array(np.zeros((2, 3), dtype=np.int8), "quantised")
    model.graph.node.append(helper.make_node("Constant", [], ["constant"], value=value))
    assert count_parameters(serialised(model)) == PARAMETER_COUNT + 6


def test_counts_inside_branches() -> None:
    model = tiny_model()
    inner = tiny_model().graph
    branches = helper.make_node("If", ["flag"], ["out"], then_branch=inner, else_branch=inner)
    model.graph.node.append(branches)
    assert count_parameters(serialised(model)) == 3 * PARAMETER_COUNT


def test_refuses_what_is_no_onnx() -> None:
    with pytest.raises(InvalidWeights, match="expected ONNX, got something else"):
        count_parameters(b"\xffspoilt")
