"""A real client and a real server with a bad network between them: nothing lost, nothing twice."""

import math
from collections.abc import Iterator

import pytest

from tests.faults.figures import Figures
from tests.faults.proxy import Faults, random_faults
from tests.faults.scale import SHARE, scaled
from tests.faults.streams import Ground, Network, analysis

FRAMES = 3_000
# In each round the first connections to each port are broken, most of them in mid-stream.
ROUNDS = scaled(2, 40)
BROKEN = 3
WITHIN_BYTES = 150_000
# For ever, the client has to give the connection up, which takes it half a minute.
SWALLOWS_S = math.inf if SHARE else 2.0


@pytest.fixture(name="ground", scope="module")
def fixture_ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """One server for every network."""
    with Ground(tmp_path_factory.mktemp("ground"), count=FRAMES) as ground:
        yield ground


def _analyse(ground: Ground, network: Network, figures: Figures, fps: int) -> None:
    """Run a session through, and check that every frame is accounted for."""
    with analysis(ground, network, f"--count={FRAMES}", f"--fps={fps}") as client:
        client.check_ends_well()
    ground.check_complete(network.witness.opened["session"], FRAMES)
    figures.add("frames_compared", FRAMES)


@pytest.mark.once  # about the network and the client, whatever the database
@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(Faults(latency_s=0.05), id="latency"),
        pytest.param(Faults(bytes_per_s=200_000), id="little bandwidth"),
        pytest.param(Faults(slice_bytes=41), id="small slices"),
    ],
)
def test_a_slow_network_loses_nothing(faults: Faults, ground: Ground, figures: Figures) -> None:
    def plan(_connection: int) -> Faults:
        return faults

    with Network(ground.server, sessions=plan, frames=plan) as network:
        _analyse(ground, network, figures, fps=0)
        assert network.sessions.counts.connections == network.frames.counts.connections == 1


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_broken_connections_lose_nothing(seed: int, ground: Ground, figures: Figures) -> None:
    drawn = random_faults(2 * seed, broken=BROKEN, within_bytes=WITHIN_BYTES)

    def once_opened(connection: int) -> Faults:
        # Broken before it has a session, a client has nothing to resume, and says so.
        return drawn(connection) if connection else Faults(end="reset", end_after=20_000)

    frames = random_faults(2 * seed + 1, broken=BROKEN, within_bytes=WITHIN_BYTES)
    with Network(ground.server, sessions=once_opened, frames=frames) as network:
        _analyse(ground, network, figures, fps=1500)
    assert min(network.broken) > 0
    figures.add("connections_broken", sum(network.broken))


@pytest.mark.once  # about the network and the client, whatever the database
@pytest.mark.parametrize("port", ["sessions", "frames"])
def test_a_network_that_swallows_everything_loses_nothing(
    port: str, ground: Ground, figures: Figures
) -> None:
    def hole(connection: int) -> Faults:
        if connection > 0:
            return Faults()
        return Faults(end="black-hole", end_after=20_000, black_hole_s=SWALLOWS_S)

    server = ground.server
    networks = {
        "sessions": Network(server, sessions=hole),
        "frames": Network(server, frames=hole),
    }
    with networks[port] as network:
        _analyse(ground, network, figures, fps=1000)
    figures.add("connections_broken", 1)
