"""The session protocol's pure core: whatever breaks in whatever order, the ledger adds up."""

from tests.faults.figures import Figures
from tests.faults.machine import ProtocolMachine, run_machine
from tests.faults.scale import scaled

SESSIONS = scaled(200, 15_000)


def test_every_session_comes_to_an_end_that_adds_up(figures: Figures) -> None:
    figures.add("protocol_steps", run_machine(ProtocolMachine, sessions=SESSIONS))
