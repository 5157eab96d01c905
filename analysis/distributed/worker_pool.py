"""A pool that keeps its workers busy, replaces those that are lost, and answers in order."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from analysis.classifiers.card import Card
from analysis.classifiers.speed import SustainedRate
from analysis.distributed.crew import Answered, Crew, Event, Failed, Gone, Measured, Ready
from analysis.distributed.dispatch import Dispatch
from analysis.distributed.gate import Gate
from analysis.distributed.pool import ClassifierPool
from analysis.distributed.staffing import Staffing
from analysis.errors import AnalysisError, ClassifierError, PoolUnavailable, WorkersGone

logger = logging.getLogger(__name__)

# How soon it is noticed that time is up.
_TICK_S = 0.25
# How long the others are waited for once one is ready: a cluster counts a machine that died among
# its own for a while.
_GRACE_S = 10.0
_PER_WORKER = 2
# Beyond those that workers have: results that wait for an older one.
_AHEAD = 1


@dataclass(frozen=True, slots=True)
class _Submitted:
    images: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class _ToMeasure:
    seconds: float


class WorkerPool(ClassifierPool):
    """A pool, as a context manager, of as many workers as can be had.

    One thread of its own decides everything; the crew's events and the batches come to it in one
    line. A worker that is lost is replaced, and its batches go to others meanwhile.

    Args:
        card: Of the package that the workers load.
        crew: Makes the crew, which is to tell its events to what it is given.
        workers: How many there are to be.
        expected: How many of them are waited for on entering, for a while.
        limit_s: Longest time without any worker, at the start and later.
        clock: Seconds, never going back.

    Raises:
        PoolUnavailable: on entering, where there is no worker in that time.
        ClassifierError: on entering, where a worker cannot load the package.
    """

    def __init__(
        self,
        card: Card,
        crew: Callable[[Callable[[Event], None]], Crew],
        *,
        workers: int,
        expected: int | None = None,
        limit_s: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(card)
        self._line: queue.SimpleQueue[Event | _Submitted | _ToMeasure | None] = queue.SimpleQueue()
        self._crew = crew(self._line.put)
        self._workers = workers
        self._expected = min(workers, expected or workers)
        self._limit_s = limit_s
        self._clock = clock
        self._dispatch: Dispatch[NDArray[np.uint8], NDArray[np.float32]] = Dispatch(
            per_worker=_PER_WORKER
        )
        self._staff = Staffing(workers, clock=clock)
        self._first_at: float | None = None
        self._measuring: dict[int, SustainedRate | None] = {}
        # What follows is shared with those that submit and take.
        self._started = threading.Event()
        self._gate = Gate(workers * (_PER_WORKER + _AHEAD))
        self._rates: queue.SimpleQueue[SustainedRate | BaseException] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._guarded, name="pool", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait(self._limit_s)
        failure, ready = self._gate.failure, len(self._dispatch.workers)
        if failure is None and ready:
            if ready < self._workers:
                logger.warning(
                    "%d of %d workers are ready; the others join as they come", ready, self._workers
                )
            return self
        self._end()
        if isinstance(failure, AnalysisError) and not isinstance(failure, WorkersGone):
            raise failure
        why = failure or f"none was ready within {self._limit_s:g} s"
        raise PoolUnavailable(f"expected {self._expected} workers: {why}") from failure

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()

    def submit(self, images: NDArray[np.uint8]) -> bool:
        """As ``ClassifierPool`` says."""
        if not self._gate.enter():
            return False
        self._line.put(_Submitted(images))
        return True

    def take(self) -> NDArray[np.float32]:
        """As ``ClassifierPool`` says."""
        return self._gate.take()

    def sustained_rate(self, *, seconds: float = 1.0) -> SustainedRate:
        """As ``ClassifierPool`` says."""
        self._line.put(_ToMeasure(seconds))
        rate = self._rates.get()
        if isinstance(rate, BaseException):
            self._rates.put(rate)
            raise rate
        return rate

    def abort(self) -> None:
        """Let nobody wait any longer."""
        self._fail(WorkersGone("the pool was closed"))

    def _end(self) -> None:
        self._line.put(None)
        self._thread.join()
        self.abort()

    # --- the pool's own thread ---

    def _guarded(self) -> None:
        try:
            self._work()
        except BaseException as error:  # pylint: disable=broad-exception-caught  # raised in take
            self._fail(error)
        finally:
            for worker in self._staff.hired:
                self._crew.dismiss(worker)

    def _work(self) -> None:
        while True:
            for worker in self._staff.hire():
                self._crew.hire(worker)
            try:
                event = self._line.get(timeout=_TICK_S)
            except queue.Empty:
                self._check_hope()
                continue
            if event is None:
                return
            self._hear(event)
            for one in self._dispatch.assign():
                self._crew.send(one.worker, one.ticket, one.job)
            for probabilities in self._dispatch.leaving():
                self._gate.put(probabilities)
            self._check_hope()

    def _hear(self, event: Event | _Submitted | _ToMeasure) -> None:
        match event:
            case _Submitted():
                self._dispatch.submit(event.images)
            case Answered():
                self._dispatch.answer(event.worker, event.ticket, event.probabilities)
            case Ready():
                self._join(event)
            case Gone():
                self._lose(event)
            case Failed():
                raise _as_ours(event.error)
            case _ToMeasure():
                self._measuring = dict.fromkeys(self._dispatch.workers)
                for worker in self._measuring:
                    self._crew.measure(worker, event.seconds)
            case Measured():
                self._measuring[event.worker] = event.rate
                self._tell_rate()

    def _join(self, event: Ready) -> None:
        if not self._staff.ready(event.worker):
            return
        logger.info("worker %d is ready on %s", event.worker, event.place)
        self._dispatch.join(event.worker)
        if len(self._dispatch.workers) >= self._expected:
            self._started.set()
        elif self._first_at is None:
            self._first_at = self._clock()

    def _lose(self, event: Gone) -> None:
        # A worker that had two batches is told to be gone by both.
        if not self._staff.gone(event.worker, event.reason):
            return
        logger.warning("worker %d is gone, another takes its place: %s", event.worker, event.reason)
        self._dispatch.lose(event.worker)
        self._crew.dismiss(event.worker)
        if self._dispatch.deadly is not None:
            raise ClassifierError("a batch has ended every worker that tried it; giving up on it")
        if self._measuring.pop(event.worker, 0) is None:
            self._tell_rate()

    def _check_hope(self) -> None:
        since, reason = self._staff.none_since, self._staff.reason
        because = f"; the last one ended by: {reason}" if reason else ""
        if self._first_at is not None and self._clock() - self._first_at > _GRACE_S:
            self._started.set()
        if self._staff.is_hopeless:
            raise WorkersGone(f"one after the other ended before it was ready{because}")
        if since is not None and self._clock() - since > self._limit_s:
            raise WorkersGone(f"no worker has been there for {self._limit_s:g} s{because}")

    def _tell_rate(self) -> None:
        rates = [rate for rate in self._measuring.values() if rate is not None]
        if not rates or len(rates) < len(self._measuring):
            return
        self._measuring = {}
        self._rates.put(
            SustainedRate(
                images_per_second=sum(rate.images_per_second for rate in rates),
                batch_size=rates[0].batch_size,
                single_image_p50_ms=max(rate.single_image_p50_ms for rate in rates),
                single_image_p99_ms=max(rate.single_image_p99_ms for rate in rates),
            )
        )

    def _fail(self, error: BaseException) -> None:
        self._gate.fail(error)
        self._started.set()
        self._rates.put(error)


def _as_ours(error: Exception) -> AnalysisError:
    if isinstance(error, AnalysisError):
        return error
    return ClassifierError(f"a worker failed: {type(error).__name__}: {error}")
