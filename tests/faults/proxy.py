"""A TCP proxy between two programs of this machine that treats connections badly, as told."""

import asyncio
import contextlib
import math
import random
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Literal, Self

CHUNK_BYTES = 64 * 1024
# Chunks on their way in each direction; beyond it the sender is made to wait, as by a full pipe.
CHUNKS_UNDER_WAY = 64
STARTS_WITHIN_S = 60.0
# Closing with this lingering sends a reset instead of what is left.
_NO_LINGERING = struct.pack("ii", 1, 0)

End = Literal["reset", "half-close", "black-hole"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How one connection is treated.

    Attributes:
        latency_s: How long each chunk is under way, seconds.
        bytes_per_s: Bandwidth of each direction.
        slice_bytes: Most bytes of one write.
        end: What happens once ``end_after`` bytes of both directions have passed: ``reset``
            (RST to both sides), ``half-close`` (the client is told that nothing more comes), or
            ``black-hole`` (nothing is forwarded for ``black_hole_s``, then everything).
    """

    latency_s: float = 0.0
    bytes_per_s: float = math.inf
    slice_bytes: int = CHUNK_BYTES
    end: End | None = None
    end_after: int = 0
    black_hole_s: float = math.inf


@dataclass(slots=True)
class Counts:
    """What a proxy did so far; ``unreachable`` are connections that the target did not take."""

    connections: int = 0
    unreachable: int = 0
    to_client_bytes: int = 0
    to_server_bytes: int = 0
    writes: int = 0
    ends: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes that a proxy forwards, as a ``Tap`` sees them."""

    connection: int
    to_client: bool
    data: bytes


Plan = Callable[[int], Faults]
Tap = Callable[[Piece], None]


def random_faults(seed: int, *, broken: int, within_bytes: int) -> Plan:
    """A plan that breaks the first connections at random bytes, and leaves the others whole.

    Args:
        seed: Each seed gives one plan.
        broken: How many connections are broken.
        within_bytes: Before which byte.
    """

    def plan(connection: int) -> Faults:
        draw = random.Random(f"{seed}-{connection}")
        faults = Faults(
            latency_s=draw.choice((0.0, 0.002, 0.02)),
            bytes_per_s=draw.choice((math.inf, math.inf, 1_000_000)),
            slice_bytes=draw.choice((CHUNK_BYTES, 1400, 61)),
        )
        if connection >= broken:
            return faults
        return Faults(
            latency_s=faults.latency_s,
            bytes_per_s=faults.bytes_per_s,
            slice_bytes=faults.slice_bytes,
            end=draw.choice(("reset", "half-close")),
            end_after=draw.randrange(within_bytes),
        )

    return plan


class FaultProxy:
    """Forwards each connection to a port of this machine, as the plan says; a context manager.

    Args:
        target_port: Where connections go; whoever listens there may come and go.
        plan: The faults of each connection, counted from 0.
        tap: Called, in the proxy's own thread, with all that is forwarded, before it is.

    Attributes:
        port: Where the proxy listens.
        counts: What it did.
    """

    def __init__(
        self,
        target_port: int,
        plan: Plan = lambda connection: Faults(),
        *,
        tap: Tap = lambda piece: None,
    ) -> None:
        self.port = 0
        self.counts = Counts()
        self._target_port = target_port
        self._plan = plan
        self._tap = tap
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event = asyncio.Event()
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(STARTS_WITHIN_S):
            raise TimeoutError(f"the proxy did not listen within {STARTS_WITHIN_S} s")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._call(self._over.set)
        self._thread.join(STARTS_WITHIN_S)

    def reset_all(self) -> None:
        """Reset every connection there is."""
        self._call(self._reset_links)

    def _call(self, function: Callable[[], object]) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(function)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()
        self._reset_links()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=STARTS_WITHIN_S)

    def _reset_links(self) -> None:
        for link in list(self._links):
            link.reset()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = self.counts.connections
        self.counts.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            upstream = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            self.counts.unreachable += 1
            _reset(writer)
            return
        link = _Link(number, self._plan(number), self.counts, self._tap, (reader, writer), upstream)
        self._links.add(link)
        try:
            await link.run()
        finally:
            self._links.discard(link)


class _Link:
    """One connection and its continuation, and the faults between them."""

    def __init__(
        self,
        number: int,
        faults: Faults,
        counts: Counts,
        tap: Tap,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self._number = number
        self._faults = faults
        self._counts = counts
        self._tap = tap
        self._client = client
        self._server = server
        self._passed = 0
        self._end_is_due = faults.end is not None
        self._half_closed = False
        self._is_reset = False
        self._passable = asyncio.Event()
        self._passable.set()

    async def run(self) -> None:
        """Forward both directions until both are over."""
        (from_client, to_client), (from_server, to_server) = self._client, self._server
        try:
            await asyncio.gather(
                self._direction(from_client, to_server, to_client=False),
                self._direction(from_server, to_client, to_client=True),
            )
        except OSError:
            # One side is gone; the other learns it the same way.
            self.reset()
        finally:
            for writer in (to_client, to_server):
                writer.close()

    def reset(self) -> None:
        """Send a reset to both sides; whatever is held back goes nowhere any more."""
        self._is_reset = True
        self._passable.set()
        for _, writer in (self._client, self._server):
            _reset(writer)

    async def _direction(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, to_client: bool
    ) -> None:
        line: asyncio.Queue[tuple[float, bytes | OSError]] = asyncio.Queue(CHUNKS_UNDER_WAY)
        loop = asyncio.get_running_loop()
        collecting = asyncio.create_task(self._collect(reader, line))
        try:
            while True:
                due, data = await line.get()
                await asyncio.sleep(due - loop.time())
                if isinstance(data, OSError):
                    raise data
                if not data:
                    break
                for start in range(0, len(data), self._faults.slice_bytes):
                    part = data[start : start + self._faults.slice_bytes]
                    await self._forward(writer, part, to_client=to_client)
            if not (to_client and self._half_closed):
                writer.write_eof()
        finally:
            collecting.cancel()

    async def _collect(
        self,
        reader: asyncio.StreamReader,
        line: asyncio.Queue[tuple[float, bytes | OSError]],
    ) -> None:
        """Put what comes in line with the time at which it has arrived; its end last."""
        data: bytes | OSError = b"."
        while data and isinstance(data, bytes):
            try:
                data = await reader.read(CHUNK_BYTES)
            except OSError as error:
                data = error
            await line.put((asyncio.get_running_loop().time() + self._faults.latency_s, data))

    async def _forward(self, writer: asyncio.StreamWriter, data: bytes, *, to_client: bool) -> None:
        await self._passable.wait()
        left = self._faults.end_after - self._passed
        if self._end_is_due and len(data) > left:
            self._end_is_due = False
            self._passable.clear()  # for the other direction, while the last bytes leave
            await self._write(writer, data[:left], to_client=to_client)
            data = data[left:]
            self._end()
            await self._passable.wait()
        await self._write(writer, data, to_client=to_client)

    async def _write(self, writer: asyncio.StreamWriter, data: bytes, *, to_client: bool) -> None:
        if self._is_reset:
            raise ConnectionResetError("by a fault, or by one side")
        if not data or (to_client and self._half_closed):
            return
        self._passed += len(data)
        if to_client:
            self._counts.to_client_bytes += len(data)
        else:
            self._counts.to_server_bytes += len(data)
        self._counts.writes += 1
        self._tap(Piece(self._number, to_client, data))
        writer.write(data)
        await writer.drain()
        # Even without a limit, so that other connections get their turn.
        await asyncio.sleep(len(data) / self._faults.bytes_per_s)

    def _end(self) -> None:
        end = str(self._faults.end)
        self._counts.ends[end] = self._counts.ends.get(end, 0) + 1
        if end == "reset":
            raise ConnectionResetError("as the plan says")
        if end == "half-close":
            self._half_closed = True
            self._client[1].write_eof()
            self._passable.set()
        elif math.isfinite(self._faults.black_hole_s):
            loop = asyncio.get_running_loop()
            loop.call_later(self._faults.black_hole_s, self._passable.set)


def _reset(writer: asyncio.StreamWriter) -> None:
    raw: socket.socket | None = writer.get_extra_info("socket")
    if raw is not None:
        with contextlib.suppress(OSError):  # closed already
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGERING)
    writer.transport.abort()
