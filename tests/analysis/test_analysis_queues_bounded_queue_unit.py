"""The queue between two threads."""

import threading
from collections.abc import Callable

import pytest

from analysis.chunks import FrameChunk
from analysis.queues import BoundedQueue
from tests.analysis.live_fakes import WAIT_S, frame_chunk


def _sequences(chunks: list[FrameChunk]) -> list[int]:
    return [
        sequence for chunk in chunks for sequence in range(chunk.first_sequence, chunk.end_sequence)
    ]


def _in_thread(work: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    results: list[object] = []
    thread = threading.Thread(target=lambda: results.append(work()))
    thread.start()
    return thread, results


def test_refuses_a_capacity_of_nothing() -> None:
    with pytest.raises(ValueError, match="1 frame or more, got a capacity of 0"):
        BoundedQueue[FrameChunk](0)


def test_gives_everything_that_is_queued_at_once() -> None:
    queue = BoundedQueue[FrameChunk](10)
    assert queue.put(frame_chunk(0, 2)) and queue.put(frame_chunk(2, 3))
    assert len(queue) == 5
    assert _sequences(queue.take(100)) == [0, 1, 2, 3, 4]
    assert len(queue) == 0


def test_cuts_a_chunk_at_the_limit() -> None:
    queue = BoundedQueue[FrameChunk](10)
    queue.put(frame_chunk(0, 2))
    queue.put(frame_chunk(2, 5))
    assert _sequences(queue.take(4)) == [0, 1, 2, 3]
    assert _sequences(queue.take(4)) == [4, 5, 6]


def test_remembers_the_most_it_held() -> None:
    queue = BoundedQueue[FrameChunk](10)
    queue.put(frame_chunk(0, 7))
    queue.take(100)
    queue.put(frame_chunk(7, 2))
    assert queue.high_water == 7


def test_waits_for_the_first_frame() -> None:
    queue = BoundedQueue[FrameChunk](10)
    thread, taken = _in_thread(lambda: _sequences(queue.take(10)))
    queue.put(frame_chunk(3, 1))
    thread.join(WAIT_S)
    assert taken == [[3]]


def test_gives_nothing_once_the_time_is_over() -> None:
    queue = BoundedQueue[FrameChunk](10)
    assert not queue.take(10, timeout_s=0.01)
    assert not queue.finished


def test_lets_a_writer_wait_for_room() -> None:
    queue = BoundedQueue[FrameChunk](4)
    queue.put(frame_chunk(0, 3))
    thread, entered = _in_thread(lambda: queue.put(frame_chunk(3, 2)))
    assert _sequences(queue.take(3)) == [0, 1, 2]
    thread.join(WAIT_S)
    assert entered == [True]
    assert queue.high_water <= 4


def test_lets_a_chunk_that_is_larger_than_itself_enter_alone() -> None:
    queue = BoundedQueue[FrameChunk](4)
    assert queue.put(frame_chunk(0, 6))
    assert _sequences(queue.take(100)) == [0, 1, 2, 3, 4, 5]


def test_drops_nothing_while_there_is_room() -> None:
    queue = BoundedQueue[FrameChunk](4)
    assert not queue.put_dropping_oldest(frame_chunk(0, 4))


def test_drops_no_more_than_the_oldest_that_are_in_the_way() -> None:
    queue = BoundedQueue[FrameChunk](5)
    queue.put(frame_chunk(0, 1))
    queue.put(frame_chunk(1, 4))
    assert _sequences(queue.put_dropping_oldest(frame_chunk(5, 2))) == [0, 1]
    assert _sequences(queue.take(100)) == [2, 3, 4, 5, 6]


def test_drops_the_oldest_of_a_chunk_that_is_larger_than_itself() -> None:
    queue = BoundedQueue[FrameChunk](3)
    queue.put(frame_chunk(0, 2))
    assert _sequences(queue.put_dropping_oldest(frame_chunk(2, 5))) == [0, 1, 2, 3]
    assert _sequences(queue.take(100)) == [4, 5, 6]


def test_gives_what_is_left_after_it_was_closed() -> None:
    queue = BoundedQueue[FrameChunk](3)
    queue.put(frame_chunk(0, 2))
    queue.close()
    before = queue.finished
    assert _sequences(queue.take(100)) == [0, 1]
    after = queue.finished
    assert (before, after) == (False, True)
    assert not queue.take(100)


def test_takes_nothing_after_it_was_closed() -> None:
    queue = BoundedQueue[FrameChunk](3)
    queue.close()
    assert not queue.put(frame_chunk(0, 1))
    assert not queue.put_dropping_oldest(frame_chunk(0, 1))
    assert queue.finished


@pytest.mark.parametrize("ends", ["reader", "writer"])
def test_lets_nobody_wait_after_it_was_aborted(ends: str) -> None:
    queue = BoundedQueue[FrameChunk](3)
    if ends == "writer":
        queue.put(frame_chunk(0, 3))
        thread, results = _in_thread(lambda: queue.put(frame_chunk(3, 1)))
    else:
        thread, results = _in_thread(lambda: bool(queue.take(10)))
    queue.abort()
    thread.join(WAIT_S)
    assert results == [False]
    assert queue.finished
    assert len(queue) == 0
