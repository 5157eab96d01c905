"""The same classifier behind LitServe and Ray Serve, beside a stream that is stored as well."""

import contextlib
import importlib.metadata
import importlib.util
import logging
import os
import signal
import subprocess  # nosec B404  # without a shell, and our own modules only
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.classifiers import DEFAULT_CLASSIFIER
from bench.client import Order, analyse
from bench.datasets import fashion_dataset
from bench.figures import Column, Goal, Scale, Section, Spread, Table, Value, ratio, spread_of
from bench.floors import compute_floor
from bench.hosts import own_process
from bench.peer_client import Answered, Load, drive
from bench.peer_servers import HOST, MAX_BATCH, PATH
from streaming.datasets.library import open_dataset
from tests.servers import ROOT, RunningServer, running_server
from tests.sharing import free_ports

logger = logging.getLogger(__name__)

WANTED = 10.0
_TITLE = "Peers"
# The module that serves each, and what it is called.
PEERS = {"peer_litserve": "LitServe", "peer_ray_serve": "Ray Serve"}
OURS = "fashionsite"


@dataclass(frozen=True, slots=True)
class Way:
    """How each peer is asked.

    Attributes:
        name: for a reader.
        library: the client's.
        at_once: requests under way.
        pictures: in each request.
    """

    name: str
    library: Literal["requests", "aiohttp"]
    at_once: int
    pictures: int = 1


DOCUMENTED = Way("requests, 64 threads", "requests", 64)
STRONGEST = Way("aiohttp, 128 at once", "aiohttp", 128)
WAYS = (
    Way("requests, one by one", "requests", 1),
    DOCUMENTED,
    STRONGEST,
    Way(f"aiohttp, 8 at once, {MAX_BATCH} frames in each", "aiohttp", 8, MAX_BATCH),
)
_NEEDED = ("litserve", "ray.serve", "aiohttp", "requests")
_STARTS_WITHIN_S = 120.0
_ENDS_WITHIN_S = 20.0

_HOW = """\
`{classifier}` in one thread behind each server, on the same {cores} cores that its client uses, and
the same {count:,} frames of Fashion-MNIST, 784 bytes each. **fashionsite** is `runstream` and the code of
`analyze` at rate 0 on SQLite: every prediction is committed, with its ten probabilities, before it is
acknowledged, and counts only then. **LitServe** {litserve} and **Ray Serve** {ray} batch up to {batch}
requests that come within 10 ms, and answer JSON with the same probabilities; nothing is stored. They are
asked over HTTP with the raw pixels as body: by `requests`, as their documentation shows, one after
the other and from many threads, and by `aiohttp` over connections that stay open. All is measured
in turns, each for {seconds:g} s a round, after a warm-up. Latency is from the request to its
answer for them, from the frame's send time to its result for us, both as fast as it goes: what
waits in line is in it. **The classifier alone** takes the same frames from memory, in the best of batches:
nothing that uses it can be further ahead of a server than it is.
"""
_NOTES = (
    "What they offer and fashionsite does not: HTTP for any client, without a protocol of its own; "
    "GPUs; several replicas with load balancing; many models and pipelines in one server; answers "
    "that stream; and, with Ray Serve, autoscaling and rolling updates over a cluster.",
    "What is compared is one frame a request, as both are documented and as a camera would ask. "
    f"The rows with {MAX_BATCH} frames in a request show what they reach where the client itself "
    "makes the batches.",
)


class PeersMissing(Exception):
    """The packages that this part compares with are not installed."""


class PeerNotReady(Exception):
    """A peer that is installed, but does not answer; the message has the end of its log."""


def measure(scale: Scale) -> Section:
    """Everybody in turns; where the peers are not installed, a section that says so."""
    try:
        _check_installed()
    except PeersMissing as error:
        logger.warning("%s", error)
        return Section(title=_TITLE, how=str(error), tables=())
    seconds = 0.5 if scale.is_quick else 2.0
    count = scale.pick(15_000, 1_000)
    rounds = min(scale.rounds, 5)
    figures: dict[tuple[str, str], list[Answered]] = {}
    alone: list[float] = []
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fashionsite-bench-")))
        dataset = fashion_dataset(folder, count)
        urls = stack.enter_context(_peers(folder))
        server = stack.enter_context(running_server(folder / "server", dataset=dataset))
        client = stack.enter_context(own_process())
        images = open_dataset(dataset).read(0, min(count, 1024))
        order = Order(server="", classifier=DEFAULT_CLASSIFIER, count=count)
        # The first is the warm-up: connections, kernels, caches.
        _round(client, server, urls, images, count=min(count, 2_000), seconds=min(seconds, 1.0))
        for which in range(rounds):
            found = _round(client, server, urls, images, count=count, seconds=seconds)
            for what, each in found.items():
                figures.setdefault(what, []).append(each)
            alone.append(client.submit(compute_floor, order, images).result())
            logger.info("peers: round %d of %d", which + 1, rounds)
    how = _HOW.format(
        classifier=DEFAULT_CLASSIFIER,
        cores=os.cpu_count(),
        count=count,
        batch=MAX_BATCH,
        seconds=seconds,
        litserve=_version("litserve"),
        ray=_version("ray"),
    )
    return section_of(how, figures, alone)


def section_of(
    how: str, figures: dict[tuple[str, str], list[Answered]], alone: list[float]
) -> Section:
    """Rounds as a table, and goals against each peer with one frame a request.

    Args:
        how: What was done.
        figures: By server and client, one a round.
        alone: Frames a second of the classifier from memory, one a round.
    """
    (ours,) = (rounds for (server, _), rounds in figures.items() if server == OURS)
    rows: list[dict[str, Value]] = []
    for (server, client), rounds in figures.items():
        rows.append(
            {
                "server": server,
                "client": client,
                "fps": spread_of(each.fps for each in rounds),
                "ratio": _ratio(ours, rounds),
                "most": ratio(alone, (each.fps for each in rounds)),
                "p50": spread_of(each.p50_ms for each in rounds),
                "p99": spread_of(each.p99_ms for each in rounds),
            }
        )
    goals = []
    for peer in PEERS.values():
        for way in (DOCUMENTED, STRONGEST):
            goals.append(
                Goal(
                    f"frames/s, stored, to those of {peer}, one frame a request by {way.name}",
                    wanted=WANTED,
                    measured=_ratio(ours, figures[peer, way.name]).median,
                )
            )
    columns = (
        *(Column("server", "server"), Column("client", "client"), Column("fps", "frames/s")),
        *(Column("ratio", "fashionsite to it", 1), Column("most", "classifier alone to it", 1)),
        *(Column("p50", "p50 ms", 1), Column("p99", "p99 ms", 1)),
    )
    return Section(
        title=_TITLE,
        how=how,
        tables=(Table("", columns, tuple(rows)),),
        goals=tuple(goals),
        notes=_NOTES,
    )


def _ratio(ours: list[Answered], theirs: list[Answered]) -> Spread:
    return ratio((each.fps for each in ours), (each.fps for each in theirs))


def _round(
    client: ProcessPoolExecutor,
    server: RunningServer,
    urls: dict[str, str],
    images: NDArray[np.uint8],
    *,
    count: int,
    seconds: float,
) -> dict[tuple[str, str], Answered]:
    """Everybody once, one after the other, by server and client."""
    found = {(OURS, "analyze, predictions stored"): _stream(client, server, count)}
    for name, url in urls.items():
        for way in WAYS:
            load = Load(
                url=url,
                library=way.library,
                at_once=way.at_once,
                pictures=way.pictures,
                seconds=seconds,
            )
            starts = range(0, len(images) - way.pictures + 1, way.pictures)
            bodies = [images[start : start + way.pictures].tobytes() for start in starts]
            found[name, way.name] = client.submit(drive, load, bodies).result()
    return found


def _stream(client: ProcessPoolExecutor, server: RunningServer, count: int) -> Answered:
    """One session at rate 0, all of it stored and verified."""
    order = Order(server=server.ws_url, classifier=DEFAULT_CLASSIFIER, count=count, keeps=True)
    account = client.submit(analyse, order).result()
    if account.stored != count or not account.verified:
        raise ValueError(f"{account.stored} of {count} frames were stored and verified")
    p50, p99 = np.percentile(account.latencies_ms, [50, 99])
    return Answered(fps=account.fps, p50_ms=float(p50), p99_ms=float(p99))


def _check_installed() -> None:
    """Let pass where everything is there.

    Raises:
        PeersMissing: it is not; the message says how to get it.
    """
    missing = []
    for name in _NEEDED:
        try:
            found = importlib.util.find_spec(name)
        except ModuleNotFoundError:  # the package that it would be in
            found = None
        if found is None:
            missing.append(name)
    if missing:
        raise PeersMissing(
            f"Not measured: {', '.join(missing)} not installed; pip install '.[peers]'"
        )


def _version(name: str) -> str:
    return importlib.metadata.version(name)


@contextlib.contextmanager
def _peers(folder: Path) -> Iterator[dict[str, str]]:
    """Every peer in processes of its own, started together; the address of each by its name."""
    with contextlib.ExitStack() as stack:
        urls: dict[str, str] = {}
        processes: dict[str, tuple[subprocess.Popen[bytes], Path]] = {}
        for (name, title), port in zip(PEERS.items(), free_ports(len(PEERS)), strict=True):
            log = folder / f"{name}.log"
            processes[title] = stack.enter_context(_process(name, port, log)), log
            urls[title] = f"http://{HOST}:{port}{PATH}"
        for title, url in urls.items():
            _wait_until_answered(title, url, *processes[title])
        yield urls


@contextlib.contextmanager
def _process(name: str, port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", f"bench.{name}", str(port)]
    with (
        log.open("wb") as output,
        subprocess.Popen(  # nosec B603  # our own interpreter and modules
            command, cwd=ROOT, stdout=output, stderr=output, start_new_session=True
        ) as process,
    ):
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                logger.warning("%s does not end by itself", name)
            # Whatever it started is in its process group, which is nobody else's.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _wait_until_answered(title: str, url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_S
    headers = {"Content-Type": "application/octet-stream"}
    request = urllib.request.Request(url, data=bytes(28 * 28), headers=headers)
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10):  # nosec B310  # ours, by HTTP
                return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise PeerNotReady(f"{title} does not answer at {url}: {error}\n{said}") from error
            time.sleep(0.2)
