"""Ctrl-C and SIGTERM."""

import signal
import threading

import pytest

from analysis.signals import StopSignals
from tests.analysis.live_fakes import WAIT_S


@pytest.mark.parametrize(
    ("number", "exit_code"),
    [pytest.param(signal.SIGINT, 130, id="Ctrl-C"), pytest.param(signal.SIGTERM, 143, id="TERM")],
)
def test_asks_for_an_orderly_end_first(number: signal.Signals, exit_code: int) -> None:
    with StopSignals() as signals:
        signal.raise_signal(number)
        assert signals.stop.is_set()
    assert signals.exit_code == exit_code


def test_ends_at_once_the_second_time() -> None:
    with StopSignals() as signals:
        signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signals.exit_code == 143


def test_leaves_signals_as_they_were() -> None:
    before = [signal.getsignal(number) for number in StopSignals.SIGNALS]
    with StopSignals() as signals:
        assert not signals.stop.is_set()
    assert [signal.getsignal(number) for number in StopSignals.SIGNALS] == before
    assert signals.exit_code == 0


def test_changes_nothing_outside_the_main_thread() -> None:
    before = signal.getsignal(signal.SIGINT)
    seen: list[object] = []

    def enter() -> None:
        with StopSignals():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join(WAIT_S)
    assert seen == [before]
