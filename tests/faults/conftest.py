"""The figures that every test here adds to."""

from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.faults.figures import Figures
from tests.faults.scale import SHARE


@pytest.fixture(scope="session")
def figures() -> Iterator[Figures]:
    """What was counted; `make torture` finds it in ``var/torture.json``."""
    counted = Figures()
    yield counted
    if SHARE:
        counted.write(settings.VAR_DIR / "torture.json")
