"""The example client against a real server process."""

import subprocess
import sys

import pytest

from examples.minimal_client import main
from tests.servers import ROOT, RunningServer
from tests.streaming.peers import counts, rest_session


@pytest.mark.parametrize("fps", [pytest.param(100, id="paced"), pytest.param(0, id="fast")])
def test_runs_a_session_to_its_end(stream_server: RunningServer, fps: float) -> None:
    accepted = main(stream_server.ws_url, count=25, fps=fps)
    assert accepted["state"] == "completed"
    stored = rest_session(stream_server, accepted["session"])
    assert counts(stored) == (25, 25, 0, 25, 0, 25, 0, 0, 25)
    assert stored["classifier"]["name"] == "brightness"


def test_runs_as_a_program(stream_server: RunningServer) -> None:
    ended = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "minimal_client.py"), stream_server.ws_url],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "'state': 'completed'" in ended.stderr


def test_needs_nothing_of_the_project() -> None:
    text = (ROOT / "examples" / "minimal_client.py").read_text("utf-8")
    assert not any(f" {app}" in text for app in ("analysis.", "results.", "streaming.", "django"))
