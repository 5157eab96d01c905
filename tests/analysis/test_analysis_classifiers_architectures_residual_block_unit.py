"""A block adds what it learned to what it was given."""

import torch
from torch import nn

from analysis.classifiers.architectures import ResidualBlock


def test_passes_positive_features_on_when_it_has_learned_nothing() -> None:
    block = ResidualBlock(4, 4, 1).eval()
    nn.init.zeros_(block.second.norm.weight)
    features = torch.rand(2, 4, 6, 6)
    assert torch.equal(block(features), features)


def test_needs_a_shortcut_of_its_own_only_where_the_shape_changes() -> None:
    assert not list(ResidualBlock(4, 4, 1).shortcut.parameters())
    assert ResidualBlock(4, 4, 2)(torch.zeros(1, 4, 6, 6)).shape == (1, 4, 3, 3)
    assert ResidualBlock(4, 6, 1)(torch.zeros(1, 4, 6, 6)).shape == (1, 6, 6, 6)


def test_leaves_its_input_as_it_was() -> None:
    features = torch.randn(2, 4, 6, 6)
    before = features.clone()
    ResidualBlock(4, 4, 1)(features)
    assert torch.equal(features, before)
