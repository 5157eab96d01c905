"""bench.load_figures.pacing_ms."""

import numpy as np
import pytest

from bench.load_figures import pacing_ms
from bench.load_session import SessionAccount
from tests.bench.load_accounts import account_of


def test_a_late_first_frame_does_not_make_the_others_early() -> None:
    sent, _ = pacing_ms(account_of([30, 0, 5]), fps=10)
    assert sent.tolist() == pytest.approx([30, 0, 5])


def test_what_all_frames_are_late_by_cannot_be_seen() -> None:
    sent, _ = pacing_ms(account_of([7, 9, 8]), fps=10)
    assert sent.tolist() == pytest.approx([0, 2, 1])


def test_arrival_adds_the_way() -> None:
    sent, arrived = pacing_ms(account_of([0, 4], wire_ms=3), fps=10)
    assert (arrived - sent).tolist() == pytest.approx([3, 3])


def test_rates_that_no_nanosecond_divides_do_not_drift() -> None:
    sent, _ = pacing_ms(account_of([0.0] * 10_000, fps=7), fps=7)
    assert np.abs(sent).max() < 1e-5


def test_no_frame_gives_no_figure() -> None:
    sent, arrived = pacing_ms(SessionAccount(announced=3), fps=10)
    assert sent.size == arrived.size == 0
