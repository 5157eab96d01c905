"""What the classifier alone takes, at a rate or one after the other."""

import numpy as np
import pytest
from numpy.typing import NDArray

from bench import latency
from bench.client import INSTANT, Order
from bench.latency import bare_ms


class _Machine:
    """A clock that sleeping and predicting move on."""

    def __init__(self) -> None:
        self.now = 50.0
        self.started: list[float] = []

    def predict(self, images: NDArray[np.uint8]) -> None:
        """Two milliseconds a picture."""
        assert len(images) == 1
        self.started.append(self.now)
        self.now += 0.002

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        assert seconds >= 0
        self.now += seconds


@pytest.mark.parametrize(("fps", "interval"), [(0.0, 0.002), (10.0, 0.1), (1000.0, 0.002)])
def test_shows_single_pictures_at_their_time(
    monkeypatch: pytest.MonkeyPatch, fps: float, interval: float
) -> None:
    machine = _Machine()
    monkeypatch.setattr(latency, "classifier_for", lambda order: machine)
    taken = bare_ms(
        Order(server="", classifier=INSTANT, count=0, fps=fps),
        np.zeros((2, 4, 4), dtype=np.uint8),
        count=5,
        clock=lambda: machine.now,
        sleep=machine.sleep,
    )
    assert taken == pytest.approx([2.0] * 5)
    # The first of all is for warming up.
    assert np.diff(machine.started[1:]) == pytest.approx([interval] * 4)
