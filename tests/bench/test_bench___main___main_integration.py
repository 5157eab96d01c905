"""A smoke test of the parts, as `make bench QUICK=1 PART=…` runs them; no threshold."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.servers import ROOT, environment_of

# A benchmark brings the engines that it measures.
pytestmark = pytest.mark.once

TAKES_AT_MOST_S = 400


def _quick(folder: Path, part: str) -> dict[str, Any]:
    run = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", part],
        cwd=ROOT,
        env=environment_of(folder),
        capture_output=True,
        text=True,
        timeout=TAKES_AT_MOST_S,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert (folder / "bench-quick.md").exists()
    document = json.loads((folder / "bench-quick.json").read_text(encoding="utf-8"))
    section: dict[str, Any] = document["parts"][part]
    assert not [note for note in section["notes"] if "failed" in note], section["notes"]
    return section


def test_holds_streams_against_the_floors(tmp_path: Path) -> None:
    section = _quick(tmp_path, "end_to_end")
    floors, streams = (table["rows"] for table in section["tables"])
    engines = {row["engine"] for row in streams}
    assert "SQLite" in engines
    assert len(streams) == 2 * len(engines) == len(section["goals"])
    assert {"transport, one frame a message", "storage, SQLite"} <= {row["what"] for row in floors}
    assert all(row["fps"]["median"] > 0 for row in floors + streams)


def test_measures_latency_at_both_rates(tmp_path: Path) -> None:
    section = _quick(tmp_path, "latency")
    rows = section["tables"][0]["rows"]
    assert len(rows) == 4
    for row in rows:
        assert 0 < row["p50"]["median"] <= row["p99"]["median"] <= row["max"]["median"]
    assert len(section["goals"]) == 1


def test_lets_a_session_grow(tmp_path: Path) -> None:
    section = _quick(tmp_path, "growth")
    rows = section["tables"][0]["rows"]
    assert [row["frames"] for row in rows] == [500, 2000]
    assert all(row["client_mb"]["median"] > 10 for row in rows)
    assert len(section["goals"]) == 3
