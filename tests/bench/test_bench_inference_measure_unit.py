"""Every way is measured in every round, for as long as it was told, by the clock it was given."""

import pytest
import torch
from torch import Tensor

from bench.inference import WARM_UP_CALLS, measure


class _Machine:
    """A clock that moves only when something runs."""

    def __init__(self) -> None:
        self.now = 0.0
        self.order: list[str] = []

    def clock(self) -> float:
        """Seconds so far."""
        return self.now

    def run(self, name: str, seconds_per_picture: float, pixels: Tensor) -> None:
        """Take that long for each picture."""
        self.now += seconds_per_picture * len(pixels)
        self.order.append(name)


def test_measures_in_turn_for_as_long_as_told() -> None:
    machine = _Machine()
    taken = measure(
        {
            "a": lambda pixels: machine.run("a", 0.25, pixels),
            "b": lambda pixels: machine.run("b", 2.0, pixels),
        },
        {1: torch.zeros(1, 1), 4: torch.zeros(4, 1)},
        rounds=3,
        seconds=1.0,
        clock=machine.clock,
    )
    assert taken["a"] == {1: pytest.approx([0.25] * 3), 4: pytest.approx([1.0] * 3)}
    assert taken["b"] == {1: pytest.approx([2.0] * 3), 4: pytest.approx([8.0] * 3)}
    warm_up = ["a"] * 2 * WARM_UP_CALLS + ["b"] * 2 * WARM_UP_CALLS
    # Four calls of the fast way fill a second, one of the slow way exceeds it.
    assert machine.order == warm_up + (["a"] * 4 + ["b"] + ["a", "b"]) * 3
