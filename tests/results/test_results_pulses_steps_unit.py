"""results.pulses: the last minute of a session from its counts and some of its frames."""

from dataclasses import replace

import numpy as np
import pytest

from results.pulses import FRAMES_A_STEP, SHOWN_S, Pulse, shown, steps, wanted_sequences

FIRST = Pulse(second=100, sent=0, received=0, analysed=0, stored=0)
SECOND = Pulse(second=101, sent=10, received=8, analysed=5, stored=3)
THIRD = Pulse(second=103, sent=14, received=14, analysed=14, stored=13)


def test_each_step_has_its_rates_and_what_is_under_way() -> None:
    one, two = steps([FIRST, SECOND, THIRD], [], 3)
    assert (one["until"], one["seconds"], one["sent_fps"], one["stored_fps"]) == (101, 1, 10, 3)
    assert (one["travelling"], one["queued"], one["storing"]) == (2, 3, 2)
    assert (two["until"], two["seconds"], two["sent_fps"], two["stored_fps"]) == (103, 2, 2, 5)
    assert (two["travelling"], two["queued"], two["storing"]) == (0, 0, 1)


def test_each_step_has_the_classes_and_latencies_of_the_frames_sent_in_it() -> None:
    rows = [(12, 2, 7.0), (0, 0, 1.0), (9, 1, 3.0), (10, 2, 5.0), (4, 1, 2.0)]
    one, two = steps([FIRST, SECOND, THIRD], rows, 3)
    assert (one["frames"], one["class_counts"]) == (3, [1, 2, 0])
    assert one["latency_p50_ms"] == 2.0
    assert one["latency_p95_ms"] == pytest.approx(np.percentile([1.0, 2.0, 3.0], 95))
    assert (two["frames"], two["class_counts"], two["latency_p50_ms"]) == (2, [0, 0, 2], 6.0)


def test_a_step_of_which_nothing_is_stored_has_no_latency() -> None:
    (one,) = steps([FIRST, SECOND], [], 2)
    assert (one["frames"], one["class_counts"]) == (0, [0, 0])
    assert (one["latency_p50_ms"], one["latency_p95_ms"]) == (None, None)


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param({"received": 0, "analysed": 0, "stored": 10}, id="no progress was heard"),
        pytest.param({"received": 12, "analysed": 12, "stored": 12}, id="sent trails"),
    ],
)
def test_a_count_that_trails_makes_nothing_negative_or_waiting(counts: dict[str, int]) -> None:
    (one,) = steps([FIRST, replace(SECOND, **counts)], [], 1)
    assert (one["travelling"], one["queued"], one["storing"]) == (0, 0, 0)


@pytest.mark.parametrize("pulses", [[], [FIRST]])
def test_fewer_than_two_counts_make_no_step(pulses: list[Pulse]) -> None:
    assert steps(pulses, [], 3) == []
    assert not wanted_sequences(pulses)


def test_the_last_minute_is_shown_in_order() -> None:
    pulses = [replace(FIRST, second=second) for second in (70, 5, 10, 11, 9, 40)]
    assert [pulse.second for pulse in shown(pulses)] == [70 - SHOWN_S, 11, 40, 70]
    assert shown([]) == []


def test_few_frames_of_a_step_are_all_wanted_and_of_many_some() -> None:
    assert wanted_sequences([FIRST, SECOND, THIRD]) == list(range(14))
    wanted = wanted_sequences([FIRST, replace(SECOND, sent=16_000)])
    assert wanted == list(range(0, 16_000, 1000))
    minute = [Pulse(second, second * 10_000, 0, 0, 0) for second in range(SHOWN_S + 1)]
    assert len(wanted_sequences(minute)) == SHOWN_S * FRAMES_A_STEP
