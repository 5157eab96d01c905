"""Client and server, killed with -9 at random moments: what was acknowledged is stored, once."""

import random
import time
from pathlib import Path

from tests.faults.figures import Figures
from tests.faults.kills import MOMENTS, Clockwork
from tests.faults.scale import scaled
from tests.faults.streams import Ground, Network, analysis

# Of each side.
KILLS = scaled(5, 100)
# At which moments of each session: every one of them, and once more in between.
SESSION = (*MOMENTS[:3], *MOMENTS[2:])
FRAMES = 4_000
FPS = 1_000
BEGIN = (f"--count={FRAMES}", f"--fps={FPS}")
SEED = 9


def _check_acknowledged(ground: Ground, network: Network, session: str) -> None:
    stored = ground.stored(session)
    assert len(set(stored)) == len(stored)
    assert network.witness.acknowledged <= set(stored) <= set(range(FRAMES))


def test_a_killed_server_has_stored_what_it_acknowledged(tmp_path: Path, figures: Figures) -> None:
    draw = random.Random(SEED)
    killed = 0
    with Ground(tmp_path, count=FRAMES) as ground:
        while killed < KILLS:
            with Network(ground.server) as network:
                clockwork = Clockwork(network.witness, draw)
                with analysis(ground, network, *BEGIN) as client:
                    for moment in SESSION:
                        clockwork.await_moment(moment, client)
                        killed_at = time.monotonic()
                        ground.kill_server()
                        killed += 1
                        session = network.witness.opened["session"]
                        _check_acknowledged(ground, network, session)
                        ground.restart_server()
                        clockwork.await_recovery(killed_at, client)
                    client.check_ends_well()
                ground.check_complete(session, FRAMES)
                figures.add("frames_compared", FRAMES)
                figures.note("longest_recovery_s", clockwork.longest_s)
    figures.add("kills_survived", killed)


def test_a_killed_client_goes_on_from_what_is_stored(tmp_path: Path, figures: Figures) -> None:
    draw = random.Random(SEED)
    killed = 0
    with Ground(tmp_path, count=FRAMES) as ground:
        while killed < KILLS:
            with Network(ground.server) as network:
                clockwork = Clockwork(network.witness, draw)
                options: tuple[str, ...] = BEGIN
                for moment in SESSION:
                    with analysis(ground, network, *options) as client:
                        clockwork.await_moment(moment, client)
                        # One that has come to its end meanwhile is not counted.
                        killed += client.kill()
                    session = network.witness.opened["session"]
                    _check_acknowledged(ground, network, session)
                    if not ground.is_kept(session):
                        # Killed before it had written the session down, or after its end.
                        break
                    options = (f"--resume={session}",)
                else:
                    with analysis(ground, network, *options) as client:
                        client.check_ends_well()
                if network.witness.acknowledged:
                    ground.check_complete(session, FRAMES)
                    figures.add("frames_compared", FRAMES)
    figures.add("kills_survived", killed)
