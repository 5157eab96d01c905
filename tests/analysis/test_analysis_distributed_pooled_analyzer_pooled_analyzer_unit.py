"""analysis.distributed.pooled_analyzer.PooledAnalyzer, on a pool that needs no Ray."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from analysis.chunks import FrameChunk, ResultChunk
from analysis.distributed.pooled_analyzer import PooledAnalyzer
from analysis.distributed.worker_pool import WorkerPool
from analysis.errors import ClassifierError, WorkersGone
from analysis.queues import BoundedQueue
from tests.analysis.crews import FakeCrew
from tests.analysis.live_fakes import WAIT_S, frame_chunk, pictures
from tests.analysis.tiny_models import tiny_card


@dataclass
class _Setting:
    """An analyzer in a thread, between two queues."""

    pool: WorkerPool
    crew: FakeCrew
    frames: BoundedQueue[FrameChunk] = field(default_factory=lambda: BoundedQueue(1000))
    results: BoundedQueue[ResultChunk] = field(default_factory=lambda: BoundedQueue(1000))
    taken: list[int] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.analyzer = PooledAnalyzer(
            self.pool, self.frames, self.results, batch_limit=4, on_taken=self.taken.append
        )
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            self.analyzer.run()
        except BaseException as error:  # pylint: disable=broad-exception-caught  # looked at
            self.errors.append(error)

    def run(self) -> None:
        """From start to end, whatever it is."""
        self.thread.start()
        self.thread.join(WAIT_S)
        assert not self.thread.is_alive()

    def sequences(self) -> list[int]:
        """Of all results, in their order."""
        found: list[int] = []
        while chunks := self.results.take(1000, 0):
            found += [int(one) for chunk in chunks for one in chunk.sequences]
        return found


@contextlib.contextmanager
def _setting(workers: int = 2, **changes: Any) -> Iterator[_Setting]:
    crews: list[FakeCrew] = []

    def make(tell: Any) -> FakeCrew:
        crews.append(FakeCrew(tell))
        for name, value in changes.items():
            setattr(crews[0], name, value)
        return crews[0]

    with WorkerPool(tiny_card(), make, workers=workers, limit_s=WAIT_S) as pool:
        yield _Setting(pool, crews[0])


def test_passes_everything_on_in_order_though_workers_are_lost() -> None:
    with _setting(lose_at={0: 2, 1: 4}) as setting:
        for first in range(0, 100, 5):
            setting.frames.put(frame_chunk(first, 5))
        setting.frames.close()
        setting.run()
        assert setting.sequences() == list(range(100))
        assert (setting.analyzer.analysed, setting.errors) == (100, [])
        assert setting.results.finished
        assert setting.taken[-1] == 100


def test_results_have_their_own_pictures_and_probabilities() -> None:
    with _setting() as setting:
        setting.frames.put(frame_chunk(0, 9))
        setting.frames.close()
        setting.run()
        for chunk in setting.results.take(100):
            firsts = chunk.images[:, 0, 0]
            assert firsts.tolist() == chunk.sequences.tolist()
            assert np.array_equal(chunk.probabilities.argmax(axis=1), firsts % 3)
            assert (chunk.latencies_ms > 0).all()


def test_a_result_does_not_wait_for_the_next_frame() -> None:
    with _setting() as setting:
        setting.thread.start()
        setting.frames.put(frame_chunk(0))
        chunks = setting.results.take(10, WAIT_S)
        assert [chunk.sequences.tolist() for chunk in chunks] == [[0]]
        setting.frames.close()
        setting.thread.join(WAIT_S)


def test_takes_no_frames_that_the_pool_has_no_room_for() -> None:
    hold = threading.Event()
    with _setting(1, answers_hold=hold) as setting:
        for first in range(0, 40, 4):
            setting.frames.put(frame_chunk(first, 4))
        setting.thread.start()
        while len(setting.taken) < 4:
            assert setting.thread.is_alive()
        # Three batches may be under way, one more waits to be handed over.
        assert setting.taken == [4, 8, 12, 16]
        assert len(setting.frames) == 24
        hold.set()
        setting.frames.close()
        setting.thread.join(WAIT_S)
        assert setting.sequences() == list(range(40))


def test_one_of_no_frames_is_only_told() -> None:
    with _setting() as setting:
        setting.frames.put(FrameChunk(7, 0, pictures(1)[:0]))
        setting.frames.close()
        setting.run()
        assert (setting.taken, setting.sequences(), setting.crew.sent) == ([7], [], [])


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        pytest.param({"broken": ZeroDivisionError()}, ClassifierError, id="the classifier"),
        pytest.param({"lose_at": {n: 1 for n in range(9)}}, ClassifierError, id="every worker"),
    ],
)
def test_raises_what_the_pool_fails_with_and_takes_no_more(
    changes: dict[str, Any], kind: type[Exception]
) -> None:
    with _setting(1, **changes) as setting:
        for first in range(0, 400, 4):
            setting.frames.put(frame_chunk(first, 4))
        setting.run()
        (error,) = setting.errors
        assert isinstance(error, kind)
        assert setting.frames.finished


def test_ends_when_nobody_wants_results_any_more() -> None:
    with _setting() as setting:
        setting.results.abort()
        setting.frames.put(frame_chunk(0, 4))
        setting.run()
        assert setting.frames.finished
        with pytest.raises(WorkersGone):
            setting.pool.take()
        assert not setting.errors
