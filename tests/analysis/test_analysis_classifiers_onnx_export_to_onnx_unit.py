"""The exported graph gives the network's logits for any number of pictures."""

import logging

import numpy as np
import pytest
import torch

from analysis.classifiers.onnx_export import to_onnx
from analysis.classifiers.onnx_inference import start_session
from tests.analysis.tiny_models import tiny_card, tiny_network


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_gives_the_same_logits(mode: str, caplog: pytest.LogCaptureFixture) -> None:
    network = tiny_network(mode)
    with caplog.at_level(logging.INFO):
        session = start_session(to_onnx(network, tiny_card(mode)), 1)
    assert not caplog.records
    for count in (1, 2, 7):
        pixels = torch.randn(count, len(mode), 8, 10)
        with torch.inference_mode():
            expected = network(pixels).numpy()
        logits = session.run(None, {"pixels": pixels.numpy()})[0]
        assert np.abs(logits - expected).max() < 1e-4
