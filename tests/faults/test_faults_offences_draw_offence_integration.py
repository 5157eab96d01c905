"""Malformed messages through both real sockets: each refused by its code, nobody else harmed."""

import contextlib
import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from websockets.exceptions import ConnectionClosed

from tests.faults.figures import Figures
from tests.faults.offences import Offence, Socket, draw_offence
from tests.faults.processes import open_sockets, resident_mb
from tests.faults.scale import scaled
from tests.servers import RunningServer, running_server, small_dataset
from tests.streaming.peers import (
    Stream,
    attached,
    counts,
    frames_socket,
    open_session,
    rest,
    rest_session,
    run_stream,
    session_socket,
)

MESSAGES = scaled(500, 10_000)
SEED = 44
WITHIN_S = 60.0
# A tenth of the messages warms up what a server keeps anyway; the rest may cost this much.
GROWTH_MB = 16.0


@contextlib.contextmanager
def _bystander(server: RunningServer) -> Iterator[None]:
    """A session that runs meanwhile, and must not notice anything."""
    stream: list[Stream] = []
    with session_socket(server) as session:
        # No faster: this process also makes the offences, and whoever is five seconds behind when
        # a stream ends finds its socket closed.
        opened = open_session(session, count=20_000, fps=10)
        with attached(server, opened) as frames:
            thread = threading.Thread(
                target=lambda: stream.append(run_stream(session, frames, opened))
            )
            thread.start()
            try:
                yield
            finally:
                rest(server, f"/api/sessions/{opened['session']}/stop/", post=True)
                thread.join(WITHIN_S)
        session.say("done")
        assert session.hear("accepted")["state"] == "stopped"
    stored = rest_session(server, opened["session"])
    sent = stream[0].ended["sent"]
    assert stream[0].sequences == list(range(sent))
    assert counts(stored) == (20_000, sent, 20_000 - sent, sent, 0, sent, 0, 0, sent)
    assert stored["ledger"]["differences"] == []


def _commit(server: RunningServer, socket: Socket, offence: Offence) -> int | None:
    """Send it on a socket of its own; the close code that it is answered with."""
    opening = session_socket(server) if socket == "session" else frames_socket(server, str(uuid4()))
    with opening as peer:
        try:
            if offence.form == "raw":
                peer.socket.socket.sendall(offence.content)
            else:
                peer.socket.send(offence.content, text=offence.form == "text")
            while True:
                peer.socket.recv(timeout=WITHIN_S)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


def test_each_offence_has_its_close_code_and_harms_nobody(tmp_path: Path, figures: Figures) -> None:
    draw = random.Random(SEED)
    dataset = small_dataset(tmp_path / "noise.pickle", count=20_000, shape=(8, 10))
    with running_server(tmp_path, dataset=dataset) as server, _bystander(server):
        pid = server.process.pid
        before_mb, sockets = 0.0, 0
        for number in range(MESSAGES):
            if number == MESSAGES // 10:
                before_mb, sockets = resident_mb(pid), open_sockets(pid)
            socket: Socket = draw.choice(("session", "frames"))
            offence = draw_offence(draw, socket)
            assert _commit(server, socket, offence) == offence.close_code, offence
        growth_mb = resident_mb(pid) - before_mb
        deadline = time.monotonic() + WITHIN_S
        while open_sockets(pid) > sockets:
            assert time.monotonic() < deadline, "sockets are left open"
            time.sleep(0.05)
    assert growth_mb < GROWTH_MB
    assert "Traceback" not in server.log
    figures.add("malformed_messages_to_sockets", MESSAGES)
    figures.note("memory_growth_mb", growth_mb)
