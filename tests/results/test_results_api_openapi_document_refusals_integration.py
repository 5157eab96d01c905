"""results.api.openapi: a client that is generated from the document works."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from tests.results.conftest import make_report

PACKAGE = "generated_client"
BINARY = "application/octet-stream"
CONFIG = {
    # Formatting what is read by nobody would take most of the time.
    "post_hooks": [],
    # Files, which the generator knows by one type only.
    "content_type_overrides": {
        "image/png": BINARY,
        "application/zip": BINARY,
        "application/vnd.apache.parquet": BINARY,
        "application/x-ndjson": BINARY,
        "text/csv": BINARY,
    },
}


@pytest.fixture(name="client_folder")
def _client_folder(
    tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    schema = tmp_path / "schema.json"
    schema.write_bytes(client.get("/api/schema/", {"format": "json"}).content)
    config = tmp_path / "config.json"
    config.write_text(json.dumps(CONFIG))
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta=none"]
    options = [f"--path={schema}", f"--config={config}", f"--output-path={tmp_path / PACKAGE}"]
    made = subprocess.run(
        [*command, *options, "--fail-on-warning"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path / PACKAGE
    for name in [one for one in sys.modules if one.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.mark.django_db(transaction=True)
def test_a_generated_client_reads_sessions_and_predictions(
    live_server: LiveServer, client_folder: Path
) -> None:
    report = make_report()
    modules: Any = importlib.import_module(PACKAGE)
    sessions = importlib.import_module(f"{PACKAGE}.api.sessions.sessions_list")
    predictions = importlib.import_module(f"{PACKAGE}.api.sessions.sessions_predictions_list")
    assert client_folder.is_dir()
    with modules.Client(base_url=live_server.url) as caller:
        (session,) = sessions.sync(client=caller).results
        assert str(session.uuid) == str(report.session_id)
        assert session.ledger.stored == 100
        page = predictions.sync(session.uuid, client=caller, limit=3)
        assert [row.sequence for row in page.results] == [0, 1, 2]
        assert len(page.results[0].probabilities) == 10
