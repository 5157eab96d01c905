"""streaming.datasets.downloads.download_file."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from streaming.datasets.downloads import download_file
from streaming.errors import DatasetUnavailable


class _Handler(BaseHTTPRequestHandler):
    """A server that answers by path: whole, short, for ever, never, or not at all."""

    released = threading.Event()

    def do_GET(self) -> None:  # pylint: disable=invalid-name  # the name http.server calls
        """Answer one request."""
        if self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(200)
        if self.path != "/endless":
            self.send_header("Content-Length", "10")
        self.end_headers()
        if self.path == "/whole":
            self.wfile.write(b"0123456789")
        elif self.path == "/short":
            self.wfile.write(b"01234")
        elif self.path == "/silent":
            self.released.wait(30)
        else:
            self._write_for_ever()

    def _write_for_ever(self) -> None:
        try:
            while not self.released.is_set():
                self.wfile.write(bytes(10_000))
        except OSError:
            pass

    def log_message(self, *args: Any) -> None:  # pylint: disable=arguments-differ  # unused
        """Say nothing."""


@pytest.fixture(name="server_url")
def _server_url() -> Iterator[str]:
    _Handler.released.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        _Handler.released.set()
        server.shutdown()
        thread.join(timeout=10)


def test_puts_the_whole_file_in_its_place(tmp_path: Path, server_url: str) -> None:
    path = tmp_path / "new" / "folder" / "file"
    download_file(f"{server_url}/whole", path, limit_bytes=10)
    assert path.read_bytes() == b"0123456789"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        pytest.param("missing", "404", id="not there"),
        pytest.param("short", "broke off after 5 bytes", id="broken off"),
        pytest.param("endless", "is larger than 100,000 bytes", id="too large"),
        pytest.param("silent", "timed out", id="silent"),
    ],
)
def test_leaves_nothing_behind_when_it_fails(
    tmp_path: Path, server_url: str, name: str, reason: str
) -> None:
    with pytest.raises(DatasetUnavailable, match=reason):
        download_file(
            f"{server_url}/{name}", tmp_path / "file", limit_bytes=100_000, read_timeout_s=0.5
        )
    assert not list(tmp_path.iterdir())


def test_ends_a_download_that_takes_too_long(tmp_path: Path, server_url: str) -> None:
    with pytest.raises(DatasetUnavailable, match="took longer than 0.05 s"):
        download_file(
            f"{server_url}/endless", tmp_path / "file", limit_bytes=10**12, file_timeout_s=0.05
        )


def test_keeps_the_old_file_when_it_fails(tmp_path: Path, server_url: str) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(DatasetUnavailable):
        download_file(f"{server_url}/missing", path, limit_bytes=10)
    assert path.read_text() == "old"


def test_takes_addresses_of_the_web_only(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnavailable, match="expected an http or https address"):
        download_file(f"file://{tmp_path}/secret", tmp_path / "file", limit_bytes=10)


def test_says_that_nobody_answers(tmp_path: Path) -> None:
    with pytest.raises(DatasetUnavailable, match="http://127.0.0.1:9/file: .*refused"):
        download_file("http://127.0.0.1:9/file", tmp_path / "file", limit_bytes=10)
