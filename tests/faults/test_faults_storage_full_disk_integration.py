"""A disk that is full in mid-session: nothing is acknowledged, and nothing is lost."""

from pathlib import Path

import pytest

from tests.faults.figures import Figures
from tests.faults.storage import full_disk
from tests.faults.streams import Ground, Network, analysis

FRAMES = 2_000
WITHIN_S = 60


@pytest.mark.once  # it is SQLite's file that does not grow
def test_what_is_acknowledged_waits_for_room(tmp_path: Path, figures: Figures) -> None:
    with Ground(tmp_path, count=FRAMES) as ground, Network(ground.server) as network:
        witness = network.witness
        with analysis(ground, network, f"--count={FRAMES}", "--fps=500") as client:
            witness.wait_until(lambda: witness.seen["ack"] >= 2, WITHIN_S)
            with full_disk(ground.server.process.pid, tmp_path / "db.sqlite3-wal"):
                # It is told so, tries again, and is told so again.
                witness.wait_until(lambda: witness.seen["error"] >= 2, WITHIN_S)
                session = witness.opened["session"]
                assert witness.acknowledged <= set(ground.stored(session))
            client.check_ends_well()
        ground.check_complete(session, FRAMES)
        assert "storage-unavailable" in ground.server.log
    figures.add("frames_compared", FRAMES)
