"""Everything that changes while a network is trained."""

from collections.abc import Callable, Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from analysis.errors import TrainingError
from analysis.training.recipes import Recipe


class TrainingState:
    """A network in training, the running average of its weights and its optimizer.

    Args:
        network: it is trained in place.
        recipe: momentum, decay of weights and of their average.
    """

    def __init__(self, network: nn.Module, recipe: Recipe) -> None:
        self.network = network
        self._averaged = AveragedModel(
            network, multi_avg_fn=_warming_average(recipe.ema_decay), use_buffers=True
        )
        self._optimizer = torch.optim.SGD(
            _parameter_groups(network, recipe.weight_decay),
            lr=recipe.peak_learning_rate,
            momentum=recipe.momentum,
            nesterov=True,
        )

    @property
    def average(self) -> nn.Module:
        """The network with the running average of its weights."""
        return self._averaged.module

    def set_learning_rate(self, rate: float) -> None:
        """Use this rate from the next step on."""
        for group in self._optimizer.param_groups:
            group["lr"] = rate

    def zero_gradients(self) -> None:
        """Forget the gradients of the last step."""
        self._optimizer.zero_grad()

    def gradients(self) -> Iterator[Tensor]:
        """Those of all weights, in the same order in every process."""
        return (weights.grad for weights in self.network.parameters() if weights.grad is not None)

    def step(self) -> None:
        """Follow the gradients and take the new weights into the average."""
        self._optimizer.step()
        self._averaged.update_parameters(self.network)

    def batch_statistics(self) -> Iterator[Tensor]:
        """What batch normalisation has seen of the batches, in the network and in the average."""
        for network in (self.network, self.average):
            yield from (buffer for buffer in network.buffers() if buffer.is_floating_point())

    def tensors(self) -> dict[str, Tensor]:
        """Copies on the CPU of all that changes, by name; ``restore`` takes them back."""
        named = {f"network.{name}": value for name, value in self.network.state_dict().items()}
        named |= {f"averaged.{name}": value for name, value in self._averaged.state_dict().items()}
        for index, values in self._optimizer.state_dict()["state"].items():
            named[f"momentum.{index}"] = values["momentum_buffer"]
        return {name: value.detach().cpu().clone() for name, value in named.items()}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Go back to where ``tensors`` were taken.

        Raises:
            TrainingError: they are those of another network.
        """

        def named(prefix: str) -> dict[str, Tensor]:
            return {
                name.removeprefix(prefix): value
                for name, value in tensors.items()
                if name.startswith(prefix)
            }

        momentum = {
            int(index): {"momentum_buffer": _like_weights(value)}
            for index, value in named("momentum.").items()
        }
        groups = self._optimizer.state_dict()["param_groups"]
        try:
            self.network.load_state_dict(named("network."))
            self._averaged.load_state_dict(named("averaged."))
            self._optimizer.load_state_dict({"state": momentum, "param_groups": groups})
        except (KeyError, RuntimeError, ValueError) as error:
            raise TrainingError(
                f"checkpoint: expected the recipe's network, got {error}"
            ) from error


def _like_weights(momentum: Tensor) -> Tensor:
    """In the memory format of kernels, which safetensors does not keep."""
    return momentum.contiguous(
        memory_format=torch.channels_last if momentum.ndim == 4 else torch.contiguous_format
    )


def _warming_average(decay: float) -> Callable[..., None]:
    """EMA whose decay grows with the updates, so that the first weights are soon forgotten."""

    def update(averages: list[Tensor], current: list[Tensor], updates: Tensor) -> None:
        so_far = float(updates)
        share = 1.0 - min(decay, (1.0 + so_far) / (10.0 + so_far))
        for average, value in zip(averages, current, strict=True):
            if average.is_floating_point():
                average.lerp_(value, share)
            else:
                average.copy_(value)  # a count, of which there is no average

    return update


def _parameter_groups(network: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Decay for the kernels only: biases and norms have little to overfit with."""
    parameters = list(network.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
