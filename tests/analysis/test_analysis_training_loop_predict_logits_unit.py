"""Logits come in order, whatever the batch size."""

import numpy as np
import pytest
import torch

from analysis.classifiers.architectures import Normalise
from analysis.training.loop import predict_logits
from tests.analysis.tiny_models import noise, tiny_network


@pytest.mark.parametrize("batch_size", [1, 3, 7, 100])
def test_gives_the_networks_logits(batch_size: int) -> None:
    network, normalise, images = tiny_network(), Normalise((0.3,), (0.4,)), noise(7)
    logits = predict_logits(network, images, normalise=normalise, batch_size=batch_size)
    with torch.inference_mode():
        expected = network(normalise(torch.from_numpy(images)[:, None])).numpy()
    assert logits.dtype == np.float32
    assert np.allclose(logits, expected, atol=1e-5)


def test_evaluates_rather_than_trains() -> None:
    network = tiny_network().train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    predict_logits(network, noise(3), normalise=Normalise((0.3,), (0.4,)))
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
