"""analysis.distributed.worker_pool.WorkerPool, with a crew that needs no Ray."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from analysis.distributed.worker_pool import WorkerPool
from analysis.errors import ClassifierError, InvalidImages, PoolUnavailable, WorkersGone
from tests.analysis.crews import RATE, FakeCrew
from tests.analysis.live_fakes import WAIT_S, pictures
from tests.analysis.tiny_models import tiny_card


class _Crews:
    """Makes a crew as a test wants it, and keeps it."""

    def __init__(self, **changes: Any) -> None:
        self.crew: FakeCrew | None = None
        self._changes = changes

    def __call__(self, tell: Any) -> FakeCrew:
        self.crew = FakeCrew(tell)
        for name, value in self._changes.items():
            setattr(self.crew, name, value)
        return self.crew


@contextlib.contextmanager
def _pool(
    workers: int = 2, *, limit_s: float = WAIT_S, **changes: Any
) -> Iterator[tuple[WorkerPool, FakeCrew]]:
    crews = _Crews(**changes)
    with WorkerPool(tiny_card(), crews, workers=workers, limit_s=limit_s) as pool:
        assert crews.crew is not None
        yield pool, crews.crew


def _firsts(pool: WorkerPool, batches: int) -> list[int]:
    """Submit batches of one picture whose class is their number modulo 3; the classes taken."""

    def feed() -> None:
        for number in range(batches):
            pool.submit(pictures(1, first=number))

    feeder = threading.Thread(target=feed)
    feeder.start()
    classes = [int(pool.take().argmax()) for _ in range(batches)]
    feeder.join(WAIT_S)
    return classes


def test_answers_in_order_whoever_was_first() -> None:
    with _pool() as (pool, crew):
        assert _firsts(pool, 50) == [number % 3 for number in range(50)]
    assert {worker for worker, _ in crew.sent} == {0, 1}
    assert crew.dismissed == [0, 1]


def test_is_a_classifier_to_those_that_only_ask() -> None:
    with _pool() as (pool, _):
        assert pool.predict(pictures(4)).argmax(axis=1).tolist() == [0, 1, 2, 0]
        assert (pool.card, pool.sha256) == (tiny_card(), tiny_card().weights.sha256)


def test_adds_up_what_its_workers_sustain() -> None:
    with _pool(3) as (pool, _):
        rate = pool.sustained_rate()
    assert rate.images_per_second == 3 * RATE.images_per_second
    assert (rate.single_image_p50_ms, rate.batch_size) == (1.0, 64)


def test_a_lost_worker_is_replaced_and_nothing_lost_or_answered_twice(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with _pool(lose_at={0: 3, 1: 5, 2: 1}) as (pool, crew):
        assert _firsts(pool, 60) == [number % 3 for number in range(60)]
    assert crew.hired == [0, 1, 2, 3, 4]
    assert caplog.text.count("is gone, another takes its place: its machine ended") == 3


def test_takes_no_more_batches_than_may_be_under_way() -> None:
    hold = threading.Event()
    with _pool(answers_hold=hold) as (pool, _):
        for number in range(6):
            assert pool.submit(pictures(1, first=number))
        full = threading.Event()

        def submit_late() -> None:
            pool.submit(pictures(1))
            full.set()

        late = threading.Thread(target=submit_late)
        late.start()
        assert not full.wait(0.05)
        hold.set()
        pool.take()
        assert full.wait(WAIT_S)
        late.join(WAIT_S)


def test_says_why_no_worker_could_be_had() -> None:
    with pytest.raises(PoolUnavailable, match="expected 2 workers: none was ready within 0.05 s"):
        with _pool(silent=True, limit_s=0.05):
            pytest.fail("there are no workers")
    reason = "before it was ready; the last one ended by: cannot start"
    now = iter(range(0, 10**6, 40))
    crews = _Crews(never_ready=True)
    with pytest.raises(PoolUnavailable, match=reason):
        with WorkerPool(
            tiny_card(), crews, workers=2, limit_s=10**9, clock=lambda: float(next(now))
        ):
            pytest.fail("there are no workers")


def test_begins_with_fewer_where_there_is_no_room_for_all(caplog: pytest.LogCaptureFixture) -> None:
    class _Small(FakeCrew):
        def hire(self, worker: int) -> None:
            if worker == 0:
                super().hire(worker)

    with WorkerPool(tiny_card(), _Small, workers=3, expected=1, limit_s=WAIT_S) as pool:
        assert _firsts(pool, 10) == [number % 3 for number in range(10)]
    assert "1 of 3 workers are ready" in caplog.text


def test_waits_no_longer_for_the_others_than_there_is_reason_to() -> None:
    class _Small(FakeCrew):
        def hire(self, worker: int) -> None:
            if worker == 0:
                super().hire(worker)

    now = iter(range(0, 10**6, 4))
    with WorkerPool(
        tiny_card(), _Small, workers=3, limit_s=WAIT_S, clock=lambda: float(next(now))
    ) as pool:
        pool.submit(pictures(1))
        assert pool.take().shape == (1, 3)


def test_gives_up_when_no_worker_comes_back() -> None:
    with _pool(1, limit_s=0.1, lose_at={0: 1}) as (pool, crew):
        crew.silent = True
        pool.submit(pictures(1))
        with pytest.raises(WorkersGone, match="no worker has been there for 0.1 s"):
            pool.take()
        assert not pool.submit(pictures(1))


def test_gives_up_on_a_batch_that_ends_whoever_tries_it() -> None:
    with _pool(1, lose_at=dict.fromkeys(range(10), 1)) as (pool, _):
        pool.submit(pictures(1))
        with pytest.raises(ClassifierError, match="ended every worker that tried it"):
            pool.take()


@pytest.mark.parametrize(
    ("error", "message"),
    [
        pytest.param(InvalidImages("images: expected uint8"), "expected uint8", id="ours"),
        pytest.param(
            ZeroDivisionError("1 / 0"), "a worker failed: ZeroDivisionError: 1 / 0", id="?"
        ),
    ],
)
def test_fails_as_the_classifier_does(error: Exception, message: str) -> None:
    with _pool(broken=error) as (pool, _):
        with pytest.raises(ClassifierError, match=message):
            pool.predict(pictures(1))
        with pytest.raises(ClassifierError, match=message):
            pool.sustained_rate()


def test_lets_nobody_wait_once_it_is_aborted() -> None:
    with _pool(answers_hold=threading.Event()) as (pool, _):
        pool.submit(pictures(1))
        pool.abort()
        assert not pool.submit(pictures(1))
        with pytest.raises(WorkersGone, match="the pool was closed"):
            pool.take()


def test_probabilities_are_those_of_the_pictures() -> None:
    with _pool() as (pool, _):
        probabilities = pool.predict(pictures(3))
    assert probabilities.dtype == np.float32
    assert np.allclose(probabilities, 0.1 + 0.7 * np.eye(3))
