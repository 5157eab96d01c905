"""Clients of a server that classifies over HTTP: the documented one, and the strongest."""

import asyncio
import importlib
import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

_HEADERS = {"Content-Type": "application/octet-stream"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How a client asks.

    Attributes:
        url: Where.
        library: ``requests``, as both peers' documentation has it, from as many threads as there
            are requests at once; or ``aiohttp``, over as many connections that stay open.
        at_once: Requests under way.
        pictures: How many are in a body.
        seconds: For how long.
    """

    url: str
    library: Literal["requests", "aiohttp"]
    at_once: int
    pictures: int = 1
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of it.

    Attributes:
        fps: Pictures a second, all of them answered.
        p50_ms, p99_ms: From request to answer.
    """

    fps: float
    p50_ms: float
    p99_ms: float


def drive(load: Load, bodies: list[bytes]) -> Answered:
    """Ask with these bodies, over and over, for so long.

    Raises:
        ValueError: an answer that is not one row for each picture.
    """
    if load.library == "aiohttp":
        return asyncio.run(_by_aiohttp(load, bodies))
    started = time.perf_counter()
    with ThreadPoolExecutor(load.at_once) as threads:
        asking = [
            threads.submit(_by_requests, load, bodies[which:] + bodies[:which], started)
            for which in range(load.at_once)
        ]
        times_s = [each for one in asking for each in one.result()]
    return answered(times_s, pictures=load.pictures, seconds=time.perf_counter() - started)


def answered(times_s: list[float], *, pictures: int, seconds: float) -> Answered:
    """The figures of requests that took so long.

    Args:
        times_s: Of each request, from being sent to its answer.
        pictures: In each.
        seconds: In which all of them were answered.
    """
    p50, p99 = np.percentile(np.array(times_s) * 1000, [50, 99])
    return Answered(fps=len(times_s) * pictures / seconds, p50_ms=float(p50), p99_ms=float(p99))


def check_answer(answer: dict[str, list[list[float]]], pictures: int) -> None:
    """Let an answer pass that is one.

    Raises:
        ValueError: it is none.
    """
    rows = answer.get("probabilities", [])
    if len(rows) != pictures or abs(sum(rows[0]) - 1) > 0.01:
        raise ValueError(f"expected {pictures} rows of probabilities, got {str(answer)[:100]}")


def _by_requests(load: Load, bodies: list[bytes], started: float) -> list[float]:
    """What each request of one thread took, one after the other."""
    requests: Any = importlib.import_module("requests")
    times_s: list[float] = []
    now = started
    for body in itertools.cycle(bodies):
        if now - started >= load.seconds:
            break
        before = time.perf_counter()
        answer = requests.post(load.url, data=body, headers=_HEADERS, timeout=30)
        check_answer(answer.json(), load.pictures)
        now = time.perf_counter()
        times_s.append(now - before)
    return times_s


async def _by_aiohttp(load: Load, bodies: list[bytes]) -> Answered:
    aiohttp: Any = importlib.import_module("aiohttp")
    times_s: list[float] = []
    supply = itertools.cycle(bodies)
    started = time.perf_counter()

    async def ask(session: Any) -> None:
        now = started
        while now - started < load.seconds:
            before = time.perf_counter()
            async with session.post(load.url, data=next(supply), headers=_HEADERS) as answer:
                check_answer(await answer.json(), load.pictures)
            now = time.perf_counter()
            times_s.append(now - before)

    connector = aiohttp.TCPConnector(limit=load.at_once)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(ask(session) for _ in range(load.at_once)))
    return answered(times_s, pictures=load.pictures, seconds=time.perf_counter() - started)
