"""A long session at a set rate: flat memory on both sides, no drift, and a full ledger."""

import time
from pathlib import Path

import pytest

from tests.faults.figures import Figures
from tests.faults.scale import scaled
from tests.faults.soak import FrameClock, MemoryTrace
from tests.faults.streams import Ground, Network, analysis

FPS = 100
SECONDS = scaled(6, 30 * 60)
SHAPE = (28, 28)
# Were one of its frames kept for each that passes, either side would grow by 110 MB in half an
# hour less its warm-up; were it an empty object, by 8 MB. A server has nothing to keep. A client
# keeps 24 bytes of each prediction for its report, 3.5 MB, in arrays that double, and torch works
# beside it.
SERVER_GROWTH_MB = 5.0
CLIENT_GROWTH_MB = 20.0
DRIFT_MS = 50.0


@pytest.mark.once  # about memory and time, whatever the database
def test_memory_is_flat_and_the_schedule_does_not_drift(tmp_path: Path, figures: Figures) -> None:
    count = FPS * SECONDS
    clock = FrameClock((*SHAPE, 1))
    with (
        Ground(tmp_path, count=count, shape=SHAPE) as ground,
        Network(ground.server, tap=clock) as network,
    ):
        with analysis(ground, network, f"--count={count}", f"--fps={FPS}") as client:
            network.witness.wait_until(lambda: network.witness.seen["ready"] >= 2, 60)
            server_memory = MemoryTrace(ground.server.process.pid)
            client_memory = MemoryTrace(client.pid)
            while not (network.witness.seen["ended"] or client.is_over):
                server_memory.sample()
                client_memory.sample()
                time.sleep(1)
            client.check_ends_well()
        ground.check_complete(network.witness.opened["session"], count)
    figures.add("frames_compared", count)
    figures.note("soak_minutes", SECONDS / 60)
    figures.note("soak_server_growth_mb", server_memory.growth_mb())
    figures.note("soak_client_growth_mb", client_memory.growth_mb())
    figures.note("soak_schedule_drift_ms", abs(clock.drift_ms(FPS)))
    assert server_memory.growth_mb() < SERVER_GROWTH_MB
    assert client_memory.growth_mb() < CLIENT_GROWTH_MB
    assert abs(clock.drift_ms(FPS)) < DRIFT_MS
