"""Folding removes every normalisation and changes no answer."""

import pytest
import torch
from torch import nn

from analysis.classifiers.architectures import fold
from tests.analysis.tiny_models import tiny_network


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_gives_the_same_logits_without_normalisation(mode: str) -> None:
    network = tiny_network(mode)
    folded = fold(network)
    pixels = torch.randn(5, 1 if mode == "L" else 3, 8, 10)
    with torch.inference_mode():
        assert torch.allclose(folded(pixels), network(pixels), atol=1e-5)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in folded.modules())


def test_leaves_the_network_as_it_was() -> None:
    network = tiny_network()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    fold(network)
    assert network.state_dict().keys() == before.keys()
    assert all(torch.equal(network.state_dict()[name], before[name]) for name in before)
