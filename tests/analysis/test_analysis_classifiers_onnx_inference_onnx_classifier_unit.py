"""An ONNX file answers as its numbers say, and is refused when it cannot."""

import numpy as np
import pytest
from onnx import helper

from analysis.classifiers.onnx_inference import OnnxClassifier
from analysis.errors import InvalidImages, InvalidWeights
from tests.analysis.tiny_models import noise
from tests.analysis.tiny_onnx import (
    PARAMETER_COUNT,
    onnx_card,
    serialised,
    tiny_model,
    tiny_weights,
)


def test_gives_the_softmax_of_the_tempered_logits() -> None:
    content = serialised(tiny_model())
    card = onnx_card(content)
    classifier = OnnxClassifier(card, content)
    images = noise(300)
    slopes, heights = tiny_weights()
    pixels = (images.reshape(300, -1) / 255 - 0.25) / 0.5
    powers = np.exp((pixels @ slopes + heights) / card.temperature)
    probabilities = classifier.predict(images)
    assert probabilities.dtype == np.float32
    assert np.abs(probabilities - powers / powers.sum(axis=1, keepdims=True)).max() < 1e-5
    assert classifier.predict(noise(0)).shape == (0, 3)
    assert (
        classifier.parameter_count == PARAMETER_COUNT and classifier.sha256 == card.weights.sha256
    )


def test_refuses_other_pictures() -> None:
    content = serialised(tiny_model())
    with pytest.raises(InvalidImages, match=r"got \(2, 8, 10, 3\)"):
        OnnxClassifier(onnx_card(content), content).predict(noise(2, "RGB"))


def test_refuses_another_number_of_classes() -> None:
    content = serialised(tiny_model())
    with pytest.raises(InvalidWeights, match=r"expected logits of shape \(1, 2\), got \(1, 3\)"):
        OnnxClassifier(onnx_card(content, class_names=("a", "b")), content)


def test_refuses_finite_weights_that_give_nan() -> None:
    model = tiny_model()
    model.graph.node[1].output[0] = "sums"
    model.graph.node.append(helper.make_node("Sqrt", ["sums"], ["logits"]))
    content = serialised(model)
    with pytest.raises(InvalidWeights, match="expected finite probabilities"):
        OnnxClassifier(onnx_card(content), content)
