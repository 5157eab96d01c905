"""bench.load_client.main, against a real server process."""

from pathlib import Path

import msgspec
import pytest

from bench.load_client import main
from bench.load_figures import LoadFigures
from tests.servers import RunningServer
from tests.sharing import free_ports
from tests.streaming.peers import rest


def _run(tmp_path: Path, *options: str) -> tuple[int, LoadFigures]:
    output = tmp_path / "load.json"
    code = main([*options, f"--output={output}"])
    return code, msgspec.json.decode(output.read_bytes(), type=LoadFigures)


def test_every_session_completes_with_every_frame_stored(
    stream_server: RunningServer, tmp_path: Path
) -> None:
    code, figures = _run(
        tmp_path, f"--url={stream_server.ws_url}", "--sessions=5", "--frames=12", "--fps=50"
    )
    assert code == 0
    assert (figures.sessions, figures.completed) == (5, 5)
    assert figures.announced == figures.received == figures.predicted == figures.stored == 60
    assert (figures.lost, figures.misplaced, figures.failures) == (0, 0, {})
    assert figures.pacing.p50 is not None and figures.arrival.p50 is not None
    assert 0 <= figures.pacing.p50 <= figures.arrival.p50
    status, page = rest(stream_server, "/api/sessions/?limit=5")
    assert status == 200
    assert [each["state"] for each in page["results"]] == ["completed"] * 5


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param(["--frames=100000"], "invalid-field", id="more frames than there are"),
        pytest.param([], "not connected: ", id="no server"),
    ],
)
def test_what_fails_is_counted_by_its_reason(
    stream_server: RunningServer, tmp_path: Path, options: list[str], reason: str
) -> None:
    url = stream_server.ws_url if options else f"ws://127.0.0.1:{free_ports(1)[0]}"
    code, figures = _run(tmp_path, f"--url={url}", "--sessions=2", *options)
    assert code == 1
    assert (figures.completed, figures.received) == (0, 0)
    assert [count for why, count in figures.failures.items() if reason in why] == [2]
