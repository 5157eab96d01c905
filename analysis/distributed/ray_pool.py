"""A pool of Ray actors, each with a classifier of its own, one a CPU."""

import contextlib
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.distributed.crew import Answered, Event, Failed, Gone, Measured, Ready
from analysis.distributed.pool import ClassifierPool
from analysis.distributed.ray_cluster import cluster_cpus, joined_cluster
from analysis.distributed.ray_worker import PackageWorker
from analysis.distributed.shipped_package import ShippedPackage
from analysis.distributed.worker_pool import WorkerPool

_MAX_REASON_CHARS = 300
_MAX_LINE_CHARS = 120
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@contextlib.contextmanager
def ray_pool(
    folder: Path, *, address: str, workers: int | None = None, limit_s: float = 60.0
) -> Iterator[ClassifierPool]:
    """A pool for the block, of a package that only this machine need have.

    Args:
        folder: Of the package.
        address: As ``joined_cluster`` takes it.
        workers: How many; None is one for each CPU of the cluster.
        limit_s: Longest time without any worker.

    Raises:
        PoolUnavailable: no Ray, no cluster, or no worker in that time.
        ClassifierError: the package cannot be loaded.
    """
    package = ShippedPackage.of(folder)
    with joined_cluster(address, workers=workers) as ray:
        room = cluster_cpus(ray)
        with WorkerPool(
            package.card,
            lambda tell: RayCrew(ray, package, tell),
            workers=workers or room,
            expected=room,
            limit_s=limit_s,
        ) as pool:
            yield pool


class RayCrew:
    """A ``Crew`` of Ray actors.

    The package lies in Ray's object store once, and each machine fetches it from there. Ray does
    not restart or retry anything by itself: that a batch goes to another worker at once, instead
    of to the same one once it is back, is for the pool to decide.

    Args:
        ray: The module, connected.
        package: What the workers load.
        tell: Takes the events, from any thread.
    """

    def __init__(self, ray: Any, package: ShippedPackage, tell: Callable[[Event], None]) -> None:
        self._ray = ray
        self._package = ray.put(package)
        self._tell = tell
        self._kind = ray.remote(PackageWorker).options(num_cpus=1, max_restarts=0)
        self._actors: dict[int, Any] = {}

    def hire(self, worker: int) -> None:
        """As ``Crew`` says."""
        self._actors[worker] = actor = self._kind.remote(self._package)
        self._follow(worker, actor.ready.remote(), lambda place: Ready(worker, place))

    def send(self, worker: int, ticket: int, images: NDArray[np.uint8]) -> None:
        """As ``Crew`` says."""
        # What is larger than 100 kB goes by shared memory, and is read there without a copy.
        answer = self._actors[worker].predict.remote(images)
        self._follow(worker, answer, lambda result: Answered(worker, ticket, result))

    def measure(self, worker: int, seconds: float) -> None:
        """As ``Crew`` says."""
        answer = self._actors[worker].sustained_rate.remote(seconds)
        self._follow(worker, answer, lambda rate: Measured(worker, rate))

    def dismiss(self, worker: int) -> None:
        """As ``Crew`` says."""
        actor = self._actors.pop(worker, None)
        if actor is not None:
            self._ray.kill(actor)

    def _follow(self, worker: int, reference: Any, event: Callable[[Any], Event]) -> None:
        def done(future: Future[Any]) -> None:
            error = future.exception()
            if error is None:
                self._tell(event(future.result()))
            elif isinstance(error, self._ray.exceptions.RayTaskError):
                self._tell(Failed(worker, error.cause))
            else:
                self._tell(Gone(worker, _reason(error)))

        reference.future().add_done_callback(done)


def _reason(error: BaseException) -> str:
    """The first line of what Ray says at length, and the last, which may name the error."""
    text = _COLOURS.sub("", str(error))
    lines = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    said = lines[0] if len(lines) == 1 else f"{lines[0][:_MAX_LINE_CHARS]} … {lines[-1]}"
    return f"{type(error).__name__}: {said}"[:_MAX_REASON_CHARS]
