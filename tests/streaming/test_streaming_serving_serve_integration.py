"""streaming.serving.serve: both ports of one process, by each server."""

import socket
import sys
from pathlib import Path

import pytest

from streaming.context import StreamContext
from streaming.datasets.pickles import DatasetReader
from streaming.errors import PortUnavailable, ServerMissing
from streaming.serving import serve
from tests.servers import RunningServer, small_dataset
from tests.sharing import free_ports


def test_listens_on_both_ports_once_it_says_so(stream_server: RunningServer) -> None:
    assert "serving" in stream_server.log
    for port in (stream_server.frames_port, stream_server.session_port):
        socket.create_connection(("127.0.0.1", port), timeout=5).close()


def test_listens_on_this_machine_alone_where_nothing_else_is_asked(
    stream_server: RunningServer,
) -> None:
    # All of 127.0.0.0/8 is this machine's, and only one address of it was bound.
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", stream_server.session_port), timeout=5)


@pytest.mark.parametrize("taken", ["frames", "session"])
def test_does_not_start_where_a_port_is_taken(tmp_path: Path, taken: str) -> None:
    (free,) = free_ports(1)
    ready: list[bool] = []
    with (
        DatasetReader.open(small_dataset(tmp_path / "noise.pickle", count=3)) as dataset,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        port = listener.getsockname()[1]
        context = StreamContext(
            dataset=dataset,
            fps=10,
            frames_port=port if taken == "frames" else free,
            session_port=port if taken == "session" else free,
        )
        with pytest.raises(PortUnavailable, match=f"cannot listen on 127.0.0.1:{port}"):
            serve(context, host="127.0.0.1", on_ready=lambda: ready.append(True))
    assert not ready


def test_says_what_to_install_for_a_server_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames_port, session_port = free_ports(2)
    monkeypatch.delitem(sys.modules, "streaming.uvicorn_serving", raising=False)
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with DatasetReader.open(small_dataset(tmp_path / "noise.pickle", count=3)) as dataset:
        context = StreamContext(
            dataset=dataset, fps=10, frames_port=frames_port, session_port=session_port
        )
        with pytest.raises(ServerMissing, match=r"pip install '\.\[uvicorn\]'"):
            serve(context, host="127.0.0.1", on_ready=lambda: None, server="uvicorn")
