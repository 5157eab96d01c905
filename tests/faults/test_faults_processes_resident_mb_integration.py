"""A reader that stops reading while a million frames wait costs a window, not a heap."""

import time
from pathlib import Path

from tests.faults.figures import Figures
from tests.faults.processes import resident_mb
from tests.faults.scale import SHARE
from tests.servers import running_server, small_dataset
from tests.streaming.peers import attached, cut, open_session, session_socket, wait_for

PENDING = 1_000_000
STALL_LIMIT_S = 60 if SHARE else 3
GROWTH_MB = 20.0


def test_a_reader_that_stops_reading_costs_a_window_and_is_closed(
    tmp_path: Path, figures: Figures
) -> None:
    dataset = small_dataset(tmp_path / "noise.pickle", count=PENDING, shape=(8, 10))
    options = [f"--stall-limit={STALL_LIMIT_S}"]
    with (
        running_server(tmp_path, dataset=dataset, options=options) as server,
        session_socket(server) as session,
    ):
        opened = open_session(session, count=PENDING)
        before_mb = resident_mb(server.process.pid)
        with attached(server, opened, reads_ahead=1) as frames:
            frames.say("credit", until=opened["window"])
            session.say("ready")
            session.hear("ready")
            most_mb = before_mb
            closes_at = time.monotonic() + STALL_LIMIT_S + 1
            while time.monotonic() < closes_at:
                most_mb = max(most_mb, resident_mb(server.process.pid))
                time.sleep(0.1)
            assert most_mb - before_mb < GROWTH_MB
            assert frames.refusal() == ("reader-stalled", 4408)
        stored = wait_for(server, opened, lambda each: each["interrupted_at"] is not None)
        assert (stored["state"], stored["interrupted_by"]) == ("running", "reader-stalled")
        assert stored["ledger"]["sent"] == opened["window"]
        cut(session)
    figures.note("memory_growth_mb", most_mb - before_mb)
