"""Kernels are laid out as CPUs convolve them fastest."""

import torch
from torch import nn

from analysis.classifiers.architectures import channels_last


def test_changes_the_layout_and_no_number() -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Linear(2, 2))
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert channels_last(network) is network
    kernel = network[0].weight
    assert isinstance(kernel, torch.Tensor)
    assert kernel.is_contiguous(memory_format=torch.channels_last)
    for name, value in network.state_dict().items():
        assert torch.equal(value, before[name])
