"""``python -m bench.load_client``: many sessions against a running server, in one process.

Each opens a session, fetches its frames, answers every one with a prediction that was made
beforehand (all classes as likely), in batches a quarter of a second apart and with the counts
once a second as `analyze` does, and ends with `done`. The figures are logged as one line of JSON.

Its sockets are `picows`, since a client of the usual library would need the core that the server
is to be measured on.
"""

import argparse
import asyncio
import gc
import json
import logging
import time
from collections import deque
from dataclasses import asdict
from pathlib import Path

import numpy as np
import picows

from analysis.uplink import INTERVAL_S
from bench.load_figures import LoadFigures, figures_of
from bench.load_session import PROGRESS_EVERY_S, LoadSession, Surroundings
from streaming.errors import StreamingError
from streaming.messages import FRAMES_SUBPROTOCOL, SESSION_PATH, SESSION_SUBPROTOCOL

logger = logging.getLogger(__name__)

CLASS_NAMES = [f"class {number}" for number in range(10)]
# More at once make the server slower, not faster.
OPENING_AT_ONCE = 32
# Sessions that start at once stay in step, which cameras are not.
STARTS_PER_SECOND = 200
HANDSHAKE_WITHIN_S = 60.0
# Beyond the frames' own time, for a server that cannot keep up.
SPARE_TIME_S = 120.0


class _Socket(picows.WSListener):
    """One websocket of one session."""

    def __init__(self, sockets: "_Sockets", is_frames: bool) -> None:
        self._sockets = sockets
        self._is_frames = is_frames
        self.transport: picows.WSTransport | None = None

    def on_ws_connected(self, transport: picows.WSTransport) -> None:
        """Make the session's first move on this socket."""
        self.transport = transport
        session = self._sockets.session
        if self._is_frames:
            session.attach()
        else:
            session.open()

    def on_ws_frame(self, _transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        """Hand a message on; pings are answered by the library."""
        kind = frame.msg_type
        try:
            if kind == picows.WSMsgType.BINARY and frame.fin:
                self._sockets.session.hear_frames(frame.get_payload_as_bytes())
            elif kind == picows.WSMsgType.TEXT and frame.fin:
                self._hear(frame.get_payload_as_utf8_text())
            elif kind == picows.WSMsgType.CLOSE:
                self._sockets.closed(self._is_frames, f"code {frame.get_close_code():d}")
                self.close()
        except StreamingError as error:
            self._sockets.session.fail(f"{error.code}: {error}")

    def on_ws_disconnected(self, _transport: picows.WSTransport) -> None:
        """A connection that ends before its session fails it."""
        self.transport = None
        self._sockets.closed(self._is_frames, "no close frame")

    def send(self, message: str | bytes) -> None:
        """Send a message, unless the connection is gone, which the session hears of by itself."""
        if self.transport is None:
            return
        if isinstance(message, str):
            self.transport.send(picows.WSMsgType.TEXT, message.encode())
        else:
            self.transport.send(picows.WSMsgType.BINARY, message)

    def close(self) -> None:
        """Close in good order."""
        if self.transport is not None:
            self.transport.send_close(picows.WSCloseCode.OK)
            self.transport.disconnect()

    def _hear(self, text: str) -> None:
        if self._is_frames:
            self._sockets.session.hear_frames_text(text)
        else:
            self._sockets.session.hear(text)


class _Sockets:
    """Both sockets of one session."""

    def __init__(self, url: str, options: argparse.Namespace) -> None:
        loop = asyncio.get_running_loop()
        self._host = url.rpartition(":")[0]
        self._url = url
        self._session_socket = _Socket(self, is_frames=False)
        self._frames_socket = _Socket(self, is_frames=True)
        self._connecting: asyncio.Task[None] | None = None
        self.attached = asyncio.Event()
        self.over = asyncio.Event()
        self.session = LoadSession(
            Surroundings(
                say=self._session_socket.send,
                say_frames=self._frames_socket.send,
                close_frames=self._frames_socket.close,
                fetch_frames=self._fetch_frames,
                clock=loop.time,
                wall_ns=time.time_ns,
                call_at=loop.call_at,
                on_attached=self.attached.set,
                on_over=self._on_over,
            ),
            frames=options.frames,
            fps=options.fps,
            class_names=CLASS_NAMES,
            batch_every_s=options.batch_every,
            progress_every_s=options.progress_every,
        )

    async def open(self) -> None:
        """Get the session to where it waits for readiness, or failed."""
        await self._connect(self._session_socket, f"{self._url}{SESSION_PATH}", SESSION_SUBPROTOCOL)
        await self.attached.wait()

    def closed(self, is_frames: bool, how: str) -> None:
        """A socket is gone, which the frames' may be once they have ended."""
        if not (is_frames and self.session.account.ended_at_ns):
            which = "frames" if is_frames else "session"
            self.session.fail(f"{which} socket closed: {how}")

    def close(self) -> None:
        """Leave nothing open."""
        self._session_socket.close()
        self._frames_socket.close()

    def _fetch_frames(self, port: int, path: str) -> None:
        self._connecting = asyncio.ensure_future(
            self._connect(self._frames_socket, f"{self._host}:{port}{path}", FRAMES_SUBPROTOCOL)
        )

    async def _connect(self, socket: _Socket, url: str, subprotocol: str) -> None:
        try:
            await picows.ws_connect(
                lambda: socket,
                url,
                extra_headers={"Sec-WebSocket-Protocol": subprotocol},
                websocket_handshake_timeout=HANDSHAKE_WITHIN_S,
            )
        except (OSError, picows.WSError, TimeoutError) as error:
            self.session.fail(f"not connected: {type(error).__name__}: {error}")

    def _on_over(self) -> None:
        # Whoever waits for either shall not wait for what failed.
        self.attached.set()
        self.over.set()
        if not self.session.account.is_accepted:
            self.close()


async def run_load(options: argparse.Namespace) -> LoadFigures:
    """Run all sessions, and return what they came to.

    Args:
        options: as :func:`parse` gives them.
    """
    began_at = time.perf_counter()
    every = [_Sockets(options.url, options) for _ in range(options.sessions)]
    try:
        await _open_all(every)
        open_s = time.perf_counter() - began_at
        logger.info("%d sessions opened in %.1f s", len(every), open_s)
        started_at, cpu_before = time.perf_counter(), time.process_time()
        limit_s = options.start_within + options.frames / options.fps + SPARE_TIME_S
        try:
            async with asyncio.timeout(limit_s):
                await _start_all(every, options)
                for each in every:
                    await each.over.wait()
        except TimeoutError:
            for each in every:
                each.session.fail(f"not over within {limit_s:.0f} s")
        wall_s = time.perf_counter() - started_at
        cpu_s = time.process_time() - cpu_before
    finally:
        for each in every:
            each.close()
    return figures_of(
        [each.session.account for each in every],
        fps=options.fps,
        open_s=open_s,
        wall_s=wall_s,
        client_cpu=cpu_s / wall_s,
    )


async def _open_all(every: list[_Sockets]) -> None:
    waiting = deque(every)

    async def open_some() -> None:
        while waiting:
            await waiting.popleft().open()

    async with asyncio.TaskGroup() as group:
        for _ in range(OPENING_AT_ONCE):
            group.create_task(open_some())
    # What lives now lives to the end; looking through it again and again would delay frames.
    gc.collect()
    gc.freeze()


async def _start_all(every: list[_Sockets], options: argparse.Namespace) -> None:
    """Each session says `ready` at a time of its own."""
    loop = asyncio.get_running_loop()
    rng = np.random.default_rng(options.seed)
    began_at = loop.time()
    starts = np.sort(rng.uniform(0, options.start_within, len(every))).tolist()
    for each, start in zip(every, starts, strict=True):
        await asyncio.sleep(max(0.0, began_at + start - loop.time()))
        each.session.ready()


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options, checked."""
    parser = argparse.ArgumentParser(prog="python -m bench.load_client", description=__doc__)
    parser.add_argument("--url", required=True, help="ws://HOST:PORT of the session port")
    parser.add_argument("--sessions", type=int, default=1)
    parser.add_argument("--frames", type=int, default=100, help="of each session")
    parser.add_argument("--fps", type=float, default=10.0, help="of each session; more than 0")
    parser.add_argument(
        "--batch-every", type=float, default=INTERVAL_S, metavar="S", help="least time between two"
    )
    parser.add_argument("--progress-every", type=float, default=PROGRESS_EVERY_S, metavar="S")
    parser.add_argument(
        "--start-within",
        type=float,
        metavar="S",
        help=f"start them at times drawn from so long (default: {STARTS_PER_SECOND} a second)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of those times")
    parser.add_argument("--output", type=Path, help="write the figures there, too")
    options = parser.parse_args(arguments)
    for name in ("sessions", "frames", "fps", "progress_every"):
        if not getattr(options, name) > 0:
            parser.error(f"--{name.replace('_', '-')} must be more than 0")
    if options.start_within is None:
        options.start_within = options.sessions / STARTS_PER_SECOND
    return options


def main(arguments: list[str] | None = None) -> int:
    """Run it; 0 where every session completed."""
    options = parse(arguments)
    figures = asyncio.run(run_load(options))
    text = json.dumps(asdict(figures))
    logger.info("%s", text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    return 0 if figures.completed == figures.sessions else 1


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    # It has a line for each connection.
    logging.getLogger("picows").setLevel(logging.WARNING)
    raise SystemExit(main())
