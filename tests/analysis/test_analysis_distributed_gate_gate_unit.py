"""analysis.distributed.gate.Gate: room for so many, and answers in order."""

import threading

import numpy as np
import pytest

from analysis.distributed.gate import Gate
from analysis.errors import WorkersGone
from tests.analysis.live_fakes import WAIT_S


def _answer(number: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    return np.full((1, 3), number, dtype=np.float32)


def test_lets_in_as_many_as_there_is_room_for_and_one_more_for_each_answer() -> None:
    gate = Gate(2)
    assert gate.enter()
    assert gate.enter()
    entered = threading.Event()

    def enter_late() -> None:
        gate.enter()
        entered.set()

    late = threading.Thread(target=enter_late)
    late.start()
    assert not entered.wait(0.05)
    gate.put(_answer(0))
    assert not entered.wait(0.05)
    gate.take()
    assert entered.wait(WAIT_S)
    late.join(WAIT_S)


def test_gives_answers_in_the_order_in_which_they_came() -> None:
    gate = Gate(3)
    for number in range(3):
        gate.enter()
        gate.put(_answer(number))
    assert [int(gate.take()[0, 0]) for _ in range(3)] == [0, 1, 2]


def test_lets_nobody_wait_any_longer_once_it_has_failed() -> None:
    gate = Gate(1)
    gate.enter()
    waiting: list[bool] = []
    thread = threading.Thread(target=lambda: waiting.append(gate.enter()))
    thread.start()
    gate.fail(WorkersGone("the first"))
    gate.fail(WorkersGone("the second"))
    thread.join(WAIT_S)
    assert (waiting, gate.enter()) == ([False], False)
    for _ in range(2):
        with pytest.raises(WorkersGone, match="the first"):
            gate.take()


def test_gives_the_answers_that_were_there_before_it_failed() -> None:
    gate = Gate(1)
    gate.enter()
    gate.put(_answer(7))
    gate.fail(WorkersGone("all"))
    assert int(gate.take()[0, 0]) == 7
    with pytest.raises(WorkersGone):
        gate.take()
