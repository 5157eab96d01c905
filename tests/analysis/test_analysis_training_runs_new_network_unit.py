"""First weights are decided by the seed and disturb no other chance."""

import torch

from analysis.training.runs import new_network
from tests.analysis.tiny_models import TINY_RECIPE, stripes


def test_gives_the_same_weights_for_the_same_seed_only() -> None:
    part = stripes(3)
    first, again, other = (
        new_network(TINY_RECIPE, part, seed=seed).state_dict()["head.weight"] for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_leaves_the_global_generator_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    new_network(TINY_RECIPE, stripes(3), seed=1)
    assert torch.equal(torch.rand(1), expected)
