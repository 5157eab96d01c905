"""The session protocol over the real services and a database, whatever breaks in what order."""

import pytest

from tests.faults.figures import Figures
from tests.faults.machine import ProtocolMachine, run_machine
from tests.faults.scale import scaled
from tests.faults.service_store import ServiceStore
from tests.faults.stores import Store

SESSIONS = scaled(10, 600)


class ServicesMachine(ProtocolMachine):
    """The same sessions, kept by ``results.services``."""

    @staticmethod
    def new_store(announced: int) -> Store:
        """The store of a session that was just opened, on connection 1."""
        return ServiceStore.opened(announced)


@pytest.mark.django_db
def test_every_session_comes_to_an_end_that_adds_up(figures: Figures) -> None:
    figures.add("protocol_steps", run_machine(ServicesMachine, sessions=SESSIONS))
