"""Every way is measured in every round, for as long as it was told, by the clock it was given."""

import pytest
import torch
from torch import Tensor

from bench.inference import WARM_UP_CALLS, Way, take_times

A, B = Way("a", 1), Way("b", 2)


class _Machine:
    """A clock that moves only when something runs."""

    def __init__(self) -> None:
        self.now = 0.0
        self.order: list[str] = []
        self.threads = 0

    def clock(self) -> float:
        """Seconds so far."""
        return self.now

    def set_threads(self, threads: int) -> None:
        """Use so many from now on."""
        self.threads = threads

    def run(self, way: Way, seconds_per_picture: float, pixels: Tensor) -> None:
        """Take that long for each picture, with the way's threads."""
        assert self.threads == way.threads
        self.now += seconds_per_picture * len(pixels)
        self.order.append(way.name)


def test_measures_in_turn_for_as_long_as_told() -> None:
    machine = _Machine()
    taken = take_times(
        {
            A: lambda pixels: machine.run(A, 0.25, pixels),
            B: lambda pixels: machine.run(B, 2.0, pixels),
        },
        {1: torch.zeros(1, 1), 4: torch.zeros(4, 1)},
        rounds=3,
        seconds=1.0,
        clock=machine.clock,
        set_threads=machine.set_threads,
    )
    assert taken[A] == {1: [pytest.approx([0.25] * 4)] * 3, 4: [pytest.approx([1.0])] * 3}
    assert taken[B] == {1: [pytest.approx([2.0])] * 3, 4: [pytest.approx([8.0])] * 3}
    warm_up = ["a"] * 2 * WARM_UP_CALLS + ["b"] * 2 * WARM_UP_CALLS
    # Four calls of the fast way fill a second, one of the slow way exceeds it; each is preceded
    # by one that does not count.
    assert machine.order == warm_up + (["a"] * 5 + ["b"] * 2 + ["a"] * 2 + ["b"] * 2) * 3
