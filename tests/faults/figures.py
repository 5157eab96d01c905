"""What the tests that break things count, put together for the summary of `make torture`."""

import json
import logging
from pathlib import Path
from typing import Literal, get_args

logger = logging.getLogger(__name__)

Total = Literal[
    "kills_survived",
    "connections_broken",
    "frames_compared",
    "malformed_inputs_to_decoders",
    "malformed_messages_to_sockets",
    "api_requests",
    "protocol_steps",
]
Peak = Literal[
    "longest_recovery_s",
    "cluster_recovery_s",
    "memory_growth_mb",
    "soak_minutes",
    "soak_server_growth_mb",
    "soak_client_growth_mb",
    "soak_schedule_drift_ms",
]


class Figures:
    """Totals and largest values by name; a name that nothing was noted for has none."""

    def __init__(self) -> None:
        self._values: dict[str, float] = {}

    def add(self, name: Total, count: int) -> None:
        """Raise a total."""
        self._values[name] = self._values.get(name, 0) + count

    def note(self, name: Peak, value: float) -> None:
        """Keep a value if it is the largest of its name."""
        self._values[name] = max(self._values.get(name, value), value)

    def as_dict(self) -> dict[str, float]:
        """The values in the order of their names' declaration."""
        names = (*get_args(Total), *get_args(Peak))
        return {name: self._values[name] for name in names if name in self._values}

    def write(self, path: Path) -> None:
        """Write them as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.as_dict(), indent=2) + "\n", encoding="utf-8")


def log_table(figures: dict[str, float]) -> None:
    """Log one line a figure, names and numbers aligned."""
    width = max(map(len, figures), default=0)
    for name, value in figures.items():
        text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
        logger.info("%s  %15s", name.replace("_", " ").ljust(width), text)
