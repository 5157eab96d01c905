"""The examples of REST, in Python, curl and JavaScript, against a server on a network."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError

import pytest

from examples.minimal_client import main as run_session
from examples.take_results_away import main
from tests.browser import launched_browser
from tests.servers import ROOT, RunningServer, running_server

FRAMES = 25
NETWORK = {
    "FASHIONSITE_ACCESS": "network",
    "ALLOWED_HOSTS": "127.0.0.1",
    "SECRET_KEY": "kEy-" + "0123456789" * 5,
    "HTTPS": "false",
}


class Visited(NamedTuple):
    """A server with one session, and what it wants to be shown."""

    server: RunningServer
    uuid: str
    token: str


@pytest.fixture(scope="module", name="visited")
def _visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visited]:
    folder = tmp_path_factory.mktemp("network")
    with running_server(folder) as local:
        uuid = run_session(local.ws_url, count=FRAMES, fps=0)["session"]
        ports = (local.frames_port, local.session_port)
    with running_server(folder, dataset=local.dataset, ports=ports, settings=NETWORK) as server:
        made = server.manage("accesstoken", "create", "reader", "--scope=read")
        assert made.returncode == 0, made.stderr
        token = (folder / "tokens" / "reader").read_text(encoding="ascii").strip()
        yield Visited(server, uuid, token)


def _run(visited: Visited, folder: Path, *command: str) -> str:
    ended = subprocess.run(
        [*command, visited.server.http_url],
        cwd=folder,
        env={**os.environ, "FASHIONSITE_TOKEN": visited.token},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout + ended.stderr


def _verified(visited: Visited, path: Path) -> None:
    verified = visited.server.manage("verifyreport", str(path), "--database")
    assert verified.returncode == 0, verified.stderr
    assert f"is intact: session {visited.uuid}" in verified.stderr


def test_python_saves_what_can_be_verified(visited: Visited, tmp_path: Path) -> None:
    path = main(visited.server.http_url, tmp_path, visited.token)
    assert path.name == f"predictions-{visited.uuid}.json"
    _verified(visited, path)


def test_python_runs_as_a_program(visited: Visited, tmp_path: Path) -> None:
    said = _run(visited, tmp_path, sys.executable, str(ROOT / "examples/take_results_away.py"))
    assert f"{visited.uuid}: {FRAMES} frames, " in said
    assert (tmp_path / f"predictions-{visited.uuid}.json").exists()


def test_without_its_token_it_is_refused(visited: Visited, tmp_path: Path) -> None:
    with pytest.raises(HTTPError) as refused:
        main(visited.server.http_url, tmp_path)
    with refused.value as answer:
        assert answer.code == 401


def test_curl_saves_what_can_be_verified(visited: Visited, tmp_path: Path) -> None:
    said = _run(visited, tmp_path, "sh", str(ROOT / "examples/take_results_away.sh"))
    assert f"{visited.uuid}: 3 pages of predictions" in said
    _verified(visited, tmp_path / f"predictions-{visited.uuid}.csv")


def test_node_saves_what_can_be_verified(visited: Visited, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node; the test below runs the same in a browser")
    said = _run(visited, tmp_path, node, str(ROOT / "examples/take_results_away.mjs"))
    assert f"{visited.uuid}: {FRAMES} frames, " in said
    _verified(visited, tmp_path / f"report-{visited.uuid}.html")


def test_javascript_does_the_same_in_a_browser(visited: Visited, tmp_path: Path) -> None:
    module = (ROOT / "examples/take_results_away.mjs").read_text(encoding="utf-8")
    with launched_browser() as browser:
        # A page's own policy would let no script in that the server does not serve.
        context = browser.new_context(bypass_csp=True)
        page = context.new_page()
        page.goto(f"{visited.server.http_url}/sign-in/")
        taken = page.evaluate(
            """async ({module, server, token}) => {
                const address = URL.createObjectURL(new Blob([module], {type: "text/javascript"}));
                return (await import(address)).takeAway(server, token);
            }""",
            {"module": module, "server": visited.server.http_url, "token": visited.token},
        )
    assert (taken["uuid"], taken["stored"]) == (visited.uuid, FRAMES)
    path = tmp_path / "report.html"
    path.write_text(taken["report"], encoding="utf-8", newline="")
    _verified(visited, path)
