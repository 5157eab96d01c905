"""What every test shares: the unit or integration mark, set from the file's name."""

from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the ending of its file's name, as `make lint` checks it."""
    for item in items:
        kind = Path(item.path).stem.rpartition("_")[2]
        item.add_marker(pytest.mark.integration if kind == "integration" else pytest.mark.unit)
