"""Several processes that train one network together, each on its share of every batch."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, distributed

from analysis.errors import TrainingError


@dataclass(frozen=True)
class Processes:
    """This process among those that train together; alone unless told otherwise.

    Attributes:
        rank: which one this is, from 0.
        count: how many there are.
    """

    rank: int = 0
    count: int = 1

    @property
    def is_lead(self) -> bool:
        """Whether this is the one that writes and logs for all."""
        return self.rank == 0

    def share(self, items: Tensor) -> Tensor:
        """Every ``count``-th of the items, so that the shares of all add up to the whole."""
        return items[self.rank :: self.count]

    def add_up(self, tensors: Iterable[Tensor]) -> None:
        """Replace each tensor by the sum of it over all processes, in one message.

        Args:
            tensors: floating point, of the same shapes and dtype in every process.
        """
        if self.count == 1:
            return
        tensors = list(tensors)
        flat = torch.cat([tensor.flatten() for tensor in tensors])
        distributed.all_reduce(flat)
        parts = torch.split(flat, [tensor.numel() for tensor in tensors])
        for tensor, part in zip(tensors, parts, strict=True):
            tensor.copy_(part.view(tensor.shape))

    @torch.no_grad()
    def average(self, tensors: Iterable[Tensor]) -> None:
        """Replace each tensor by the mean of it over all processes; otherwise as ``add_up``."""
        tensors = list(tensors)
        self.add_up(tensors)
        for tensor in tensors:
            tensor /= self.count


ALONE = Processes()


@contextmanager
def joined_processes(device: torch.device) -> Iterator[tuple[Processes, torch.device]]:
    """Meet the others that ``torchrun`` started; alone where it started none.

    Args:
        device: asked for; of several GPUs each process gets its own.

    Yields:
        This process among them, and the device that it is to use.

    Raises:
        TrainingError: the others cannot be met.
    """
    if not distributed.is_torchelastic_launched():
        yield ALONE, device
        return
    try:
        distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    except (RuntimeError, ValueError) as error:
        raise TrainingError(f"torchrun: expected to meet the other processes, got {error}") from (
            error
        )
    try:
        if device.type == "cuda":
            device = torch.device("cuda", distributed.get_node_local_rank())
        yield Processes(distributed.get_rank(), distributed.get_world_size()), device
    finally:
        distributed.destroy_process_group()
