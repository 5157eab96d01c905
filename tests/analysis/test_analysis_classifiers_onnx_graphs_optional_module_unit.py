"""What the extra brings is imported when it is needed, and missed by its name."""

import json

import pytest

from analysis.classifiers.onnx_graphs import optional_module
from analysis.errors import ClassifierError


def test_gives_a_module_that_is_there() -> None:
    assert optional_module("json") is json


def test_says_how_to_install_what_is_not() -> None:
    with pytest.raises(ClassifierError, match=r"fashionsite\[onnx\]'\), got no module no_onnx"):
        optional_module("no_onnx")
