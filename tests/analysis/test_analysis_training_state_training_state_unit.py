"""A state can be taken apart into tensors and put together again."""

import dataclasses

import pytest
import torch
from torch import Tensor

from analysis.errors import TrainingError
from analysis.training.runs import new_network
from analysis.training.state import TrainingState
from tests.analysis.tiny_models import TINY_RECIPE, stripes


def _state(seed: int = 0) -> TrainingState:
    return TrainingState(new_network(TINY_RECIPE, stripes(3), seed=seed), TINY_RECIPE)


def _step(state: TrainingState) -> None:
    state.zero_gradients()
    state.network(torch.ones(4, 1, 8, 10)).square().sum().backward()
    state.step()


def _same(first: dict[str, Tensor], second: dict[str, Tensor]) -> bool:
    return first.keys() == second.keys() and all(
        torch.equal(value, second[name]) for name, value in first.items()
    )


def test_goes_on_from_its_tensors_as_if_never_stopped() -> None:
    state, other = _state(), _state(seed=1)
    _step(state)
    kept = state.tensors()
    other.restore(kept)
    assert _same(other.tensors(), kept)
    _step(state)
    _step(other)
    assert _same(other.tensors(), state.tensors()) and not _same(state.tensors(), kept)


def test_keeps_restored_momentum_in_the_kernels_memory_format() -> None:
    state, other = _state(), _state()
    _step(state)
    other.restore(state.tensors())
    for weights in other.network.parameters():
        # Of a step with momentum, or channels-last weights would be mixed with plain ones.
        assert weights.is_contiguous(
            memory_format=torch.channels_last if weights.ndim == 4 else torch.contiguous_format
        )


@pytest.mark.parametrize(
    "name", ["network.head.bias", "averaged.module.head.bias", "averaged.n_averaged"]
)
def test_refuses_tensors_of_another_network(name: str) -> None:
    state = _state()
    tensors = state.tensors()
    del tensors[name]
    with pytest.raises(TrainingError, match="checkpoint: expected the recipe's network"):
        state.restore(tensors)


def test_moves_at_the_rate_that_is_set() -> None:
    state = _state()
    before = state.network.state_dict()["head.bias"].clone()
    state.set_learning_rate(0.0)
    _step(state)
    assert torch.equal(state.network.state_dict()["head.bias"], before)


def test_averages_weights_over_the_steps() -> None:
    state = TrainingState(
        new_network(TINY_RECIPE, stripes(3), seed=0),
        dataclasses.replace(TINY_RECIPE, ema_decay=0.5),
    )
    weights = []
    for _ in range(2):
        _step(state)
        weights.append(state.network.state_dict()["head.bias"].clone())
    # The second update's decay is 2 / 11: the average is not yet as slow as it will be.
    expected = weights[0] * (2 / 11) + weights[1] * (9 / 11)
    torch.testing.assert_close(state.average.state_dict()["head.bias"], expected)


def test_lists_gradients_and_batch_statistics() -> None:
    state = _state()
    assert not list(state.gradients())
    _step(state)
    assert len(list(state.gradients())) == len(list(state.network.parameters()))
    norms = sum("running" in name for name in state.network.state_dict())
    assert len(list(state.batch_statistics())) == 2 * norms
