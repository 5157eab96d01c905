"""streaming.pacing.FrameFlow."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.errors import InvalidField
from streaming.pacing import (
    MAX_BATCH_BYTES,
    MAX_BATCH_FRAMES,
    Done,
    FrameFlow,
    Send,
    Stalled,
    Wait,
    window_frames,
)

FRAME_BYTES = 28 * 28


def _flow(announced: int = 100, fps: float = 10, frame_bytes: int = FRAME_BYTES) -> FrameFlow:
    return FrameFlow(announced=announced, fps=fps, frame_bytes=frame_bytes)


def _ready(announced: int = 100, fps: float = 10, frame_bytes: int = FRAME_BYTES) -> FrameFlow:
    """A flow that started at 0 with all the credit there can be."""
    flow = _flow(announced, fps, frame_bytes)
    flow.grant(flow.window)
    flow.start(0)
    return flow


def _waits(flow: FrameFlow, now: float) -> float:
    step = flow.step(now)
    assert isinstance(step, Wait) and step.seconds is not None
    return step.seconds


def test_waits_for_the_start_and_for_credit() -> None:
    flow = _flow()
    assert flow.step(0) == Wait(None)
    flow.grant(5)
    assert flow.step(1) == Wait(None)
    flow.start(2)
    assert flow.step(2) == Send(0, 1)


def test_waits_for_credit_after_the_start() -> None:
    flow = _flow()
    flow.start(0)
    assert flow.step(0) == Wait(None)
    flow.grant(1)
    assert flow.step(0) == Send(0, 1)
    assert flow.step(99) == Wait(None)


def test_counts_the_schedule_from_the_first_start() -> None:
    flow = _ready(fps=10)
    flow.start(5)
    assert flow.step(0) == Send(0, 1)
    assert flow.step(0) == Wait(0.1)
    assert _waits(flow, 0.0625) == pytest.approx(0.0375)
    assert flow.step(0.1) == Send(1, 1)


def test_sends_what_is_overdue_at_once_and_returns_to_the_schedule() -> None:
    flow = _ready(fps=10)
    flow.step(0)
    assert flow.step(2.05) == Send(1, 20)
    assert _waits(flow, 2.05) == pytest.approx(0.05)


def test_catches_up_in_batches_when_credit_comes_late() -> None:
    flow = _flow(announced=200, fps=10)
    flow.start(0)
    assert flow.step(15) == Wait(None)
    flow.grant(200)
    assert flow.step(15) == Send(0, MAX_BATCH_FRAMES)
    assert flow.step(15) == Send(64, MAX_BATCH_FRAMES)
    assert flow.step(15) == Send(128, 151 - 128)
    assert _waits(flow, 15) == pytest.approx(0.1)


def test_sends_as_fast_as_credit_allows_at_rate_0() -> None:
    flow = _flow(announced=150, fps=0)
    flow.grant(100)
    flow.start(0)
    assert [flow.step(0) for _ in range(3)] == [Send(0, 64), Send(64, 36), Wait(None)]
    flow.grant(1000)
    assert [flow.step(0) for _ in range(2)] == [Send(100, 50), Done("complete")]


def test_bounds_a_message_in_bytes() -> None:
    flow = _ready(announced=20, fps=0, frame_bytes=MAX_BATCH_BYTES // 2)
    assert flow.step(0) == Send(0, 2)
    huge = _ready(announced=20, fps=0, frame_bytes=MAX_BATCH_BYTES * 10)
    assert huge.step(0) == Send(0, 1)


def test_ends_when_everything_is_sent() -> None:
    flow = _ready(announced=2, fps=0)
    flow.step(0)
    assert flow.step(0) == Done("complete")
    assert (flow.sent, flow.unsent) == (2, 0)


def test_stops_at_once_and_keeps_the_first_reason() -> None:
    flow = _ready(announced=100, fps=10)
    flow.step(0)
    flow.stop("client")
    flow.stop("later")
    assert flow.step(50) == Done("client")
    assert (flow.sent, flow.unsent) == (1, 99)


def test_stops_before_the_start() -> None:
    flow = _flow()
    flow.stop("client")
    assert flow.step(0) == Done("client")


def test_is_complete_even_when_a_stop_comes_after_the_last_frame() -> None:
    flow = _ready(announced=1)
    flow.step(0)
    flow.stop("client")
    assert flow.step(0) == Done("complete")


def _second(
    *, announced: int = 100, fps: float = 0, first: int, sent: int = 0, stall: float | None = None
) -> FrameFlow:
    """A flow of a connection that comes after another, started at 50 with all its credit."""
    flow = FrameFlow(
        announced=announced,
        fps=fps,
        frame_bytes=FRAME_BYTES,
        first=first,
        sent=sent,
        stall_limit_s=stall,
    )
    flow.grant(first + flow.window)
    flow.start(50)
    return flow


def test_begins_where_the_client_says() -> None:
    flow = _second(announced=30, first=20)
    assert (flow.following, flow.sent, flow.unsent) == (20, 20, 10)
    assert flow.step(50) == Send(20, 10)
    assert flow.step(50) == Done("complete")


def test_has_nothing_to_send_where_all_has_come() -> None:
    assert _second(announced=30, first=30).step(50) == Done("complete")


def test_takes_up_the_schedule_from_there_without_catching_up() -> None:
    flow = _second(fps=10, first=20, sent=25)
    assert flow.step(50) == Send(20, 1)
    assert _waits(flow, 50) == pytest.approx(0.1)
    assert flow.step(50.4) == Send(21, 4)


def test_counts_what_was_sent_before_and_never_less() -> None:
    flow = _second(fps=10, first=20, sent=25)
    flow.step(50)
    assert (flow.following, flow.sent, flow.unsent) == (21, 25, 75)
    flow.step(51)
    assert (flow.following, flow.sent) == (31, 31)


def test_sends_again_at_once_what_was_sent_before_a_stop() -> None:
    flow = _second(fps=0.01, first=20, sent=25)
    assert flow.step(50) == Send(20, 1)
    flow.stop("client")
    assert flow.step(50) == Send(21, 4)
    assert flow.step(50) == Done("client")
    assert (flow.sent, flow.unsent) == (25, 75)


def test_waits_for_credit_to_send_again_what_was_sent_before_a_stop() -> None:
    flow = FrameFlow(announced=100, fps=0, frame_bytes=FRAME_BYTES, first=20, sent=25)
    flow.start(0)
    flow.stop("client")
    assert flow.step(0) == Wait(None)
    flow.grant(25)
    assert flow.step(0) == Send(20, 5)


def test_sends_nothing_again_once_it_is_abandoned() -> None:
    flow = _second(first=20, sent=25)
    flow.abandon("failed")
    flow.stop("later")
    assert flow.step(50) == Done("failed")
    assert flow.sent == 25


def test_takes_no_credit_beyond_the_window_from_there() -> None:
    flow = _second(announced=5000, first=20, sent=25)
    with pytest.raises(InvalidField, match="beyond the 20 frames sent"):
        flow.grant(20 + flow.window + 1)


def test_stalls_when_frames_have_waited_too_long_for_credit() -> None:
    flow = FrameFlow(announced=100, fps=10, frame_bytes=FRAME_BYTES, stall_limit_s=60)
    flow.start(0)
    flow.grant(1)
    assert flow.step(0) == Send(0, 1)
    # Nothing is due yet, so nothing waits for credit.
    assert _waits(flow, 0.05) == pytest.approx(0.05)
    assert flow.step(0.1) == Wait(60)
    assert _waits(flow, 40.1) == pytest.approx(20)
    stalled = flow.step(60.1)
    assert isinstance(stalled, Stalled) and stalled.seconds == pytest.approx(60)


def test_credit_that_lets_nothing_leave_does_not_help() -> None:
    flow = FrameFlow(
        announced=100, fps=0, frame_bytes=FRAME_BYTES, first=20, sent=20, stall_limit_s=60
    )
    flow.start(0)
    flow.step(0)
    flow.grant(20)
    assert flow.step(61) == Stalled(61)


def test_credit_in_time_begins_the_wait_anew() -> None:
    flow = FrameFlow(announced=100, fps=0, frame_bytes=FRAME_BYTES, stall_limit_s=60)
    flow.start(0)
    assert flow.step(0) == Wait(60)
    flow.grant(5)
    assert flow.step(59) == Send(0, 5)
    assert flow.step(59) == Wait(60)


def test_does_not_stall_before_the_start() -> None:
    flow = FrameFlow(announced=100, fps=0, frame_bytes=FRAME_BYTES, stall_limit_s=60)
    assert flow.step(0) == flow.step(1000) == Wait(None)


def test_takes_no_credit_beyond_the_window() -> None:
    flow = _flow(announced=5000)
    flow.grant(flow.window)
    with pytest.raises(InvalidField, match="1025 is more than the window of 1024 beyond the 0"):
        flow.grant(flow.window + 1)
    flow.start(0)
    flow.step(0)
    flow.grant(flow.window + 1)


def test_never_takes_credit_back() -> None:
    flow = _flow(fps=0)
    flow.grant(10)
    flow.grant(3)
    flow.start(0)
    assert flow.step(0) == Send(0, 10)


@pytest.mark.parametrize(
    "fps", [pytest.param(5e-324, id="the least"), pytest.param(1e-9, id="once in a lifetime")]
)
def test_waits_as_long_as_a_tiny_rate_takes(fps: float) -> None:
    flow = _ready(fps=fps)
    assert flow.step(0) == Send(0, 1)
    step = flow.step(1)
    assert isinstance(step, Wait) and step.seconds is not None and step.seconds > 1e8


@pytest.mark.parametrize(
    "fps", [pytest.param(10, id="10"), pytest.param(29.97, id="29.97"), pytest.param(333, id="333")]
)
def test_does_not_drift_in_ten_minutes_of_late_timers(fps: float) -> None:
    flow = _flow(announced=10**9, fps=fps)
    start, late = 12_345.678, random.Random(0)
    flow.start(start)
    now, worst_s = start, 0.0
    while now < start + 600:
        flow.grant(flow.sent + flow.window)
        match flow.step(now):
            case Send(first=first, count=count):
                due = start + (first + count - 1) / fps
                worst_s = max(worst_s, now - due)
                assert now >= due - 1e-6
            case Wait(seconds=seconds):
                assert seconds is not None
                # Timers fire up to 20 ms late; a busy second now and then.
                now += seconds + late.uniform(0, 0.02) + (late.random() < 0.001)
    assert abs(flow.sent - 600 * fps) <= 1 + fps * 1.02
    # However many timers were late before, a frame is only as late as its own.
    assert worst_s < 1.05


def test_sends_6000_frames_in_ten_minutes_at_10_fps() -> None:
    flow = _flow(announced=10**9, fps=10)
    flow.start(1e6)
    now = 1e6
    while True:
        flow.grant(flow.sent + flow.window)
        step = flow.step(now)
        if isinstance(step, Wait):
            assert step.seconds is not None
            if now + step.seconds >= 1e6 + 600 - 1e-6:
                break
            now += step.seconds + 0.001
    assert abs(flow.sent - 6000) <= 1


@given(
    announced=st.integers(1, 3000),
    fps=st.one_of(st.just(0.0), st.floats(0.01, 100_000)),
    frame_bytes=st.integers(1, 100_000_000),
    seed=st.integers(0, 2**32),
)
def test_never_passes_credit_window_schedule_or_count(
    announced: int, fps: float, frame_bytes: int, seed: int
) -> None:
    draw = random.Random(seed)
    flow = _flow(announced, fps, frame_bytes)
    assert flow.window == window_frames(frame_bytes)
    now, started_at, credit, following = 100.0, math.inf, 0, 0
    for _ in range(300):
        action = draw.random()
        if action < 0.3:
            until = draw.randint(0, flow.sent + 2 * flow.window)
            if until > flow.sent + flow.window:
                with pytest.raises(InvalidField):
                    flow.grant(until)
            else:
                flow.grant(until)
                credit = max(credit, until)
        elif action < 0.35:
            flow.start(now)
            started_at = min(started_at, now)
        elif action < 0.352:
            flow.stop("enough")
        step = flow.step(now)
        match step:
            case Send(first=first, count=count):
                assert first == following and 1 <= count <= MAX_BATCH_FRAMES
                following = first + count
                assert following <= min(credit, announced)
                assert started_at <= now
                assert fps == 0 or started_at + (following - 1) / fps <= now + 1e-3
            case Wait(seconds=None):
                now += draw.random()
            case Wait(seconds=seconds):
                assert seconds is not None and seconds >= 0
                now += seconds + draw.random() * draw.choice([0, 0.01, 1])
            case Done(reason=reason):
                assert (reason == "complete") == (following == announced)
                assert flow.step(now + 1e9) == step
                break
        assert flow.sent == following
        assert flow.unsent == announced - following


@given(
    announced=st.integers(1, 3000),
    fps=st.one_of(st.just(0.0), st.floats(0.01, 100_000)),
    seed=st.integers(0, 2**32),
)
def test_every_frame_comes_however_often_the_connection_breaks(
    announced: int, fps: float, seed: int
) -> None:
    """A client that takes what comes, over connections that lose what is under way."""
    draw = random.Random(seed)
    received, sent, now = 0, 0, 0.0
    stopped = False
    for _ in range(1000):
        flow = FrameFlow(
            announced=announced,
            fps=fps,
            frame_bytes=FRAME_BYTES,
            first=received,
            sent=sent,
            stall_limit_s=60,
        )
        flow.start(now)
        started_at, first = now, received
        under_way = received
        while True:
            flow.grant(received + draw.randint(0, flow.window))
            if draw.random() < 0.01:
                stopped = True
            if stopped:
                flow.stop("enough")
            step = flow.step(now)
            assert flow.sent >= sent
            sent = flow.sent
            if isinstance(step, Send):
                assert step.first == under_way
                under_way += step.count
                assert under_way <= sent <= announced
                if fps and not stopped:
                    assert started_at + (under_way - 1 - first) / fps <= now + 1e-3
                if draw.random() < 0.9:
                    received = under_way
                else:
                    received = draw.randint(received, under_way)
                    break
            elif isinstance(step, Wait):
                now += (step.seconds or 0) + draw.random() * 0.01
            else:
                break
        if isinstance(step, Done):
            # What counts as sent has come: all of it, or up to the stop.
            assert received == sent
            assert step.reason == ("complete" if sent == announced else "enough")
            return
    pytest.fail("the stream did not end")
