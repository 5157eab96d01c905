"""How often things are broken: the one setting by which `make torture` differs from `make test`."""

from environs import Env

# The share of the full torture: 0 in `make test`, 1 in `make torture`, anything between on request.
SHARE: float = Env().float("TORTURE", 0.0)


def scaled(quick: int, full: int) -> int:
    """How many: ``quick`` in `make test`, ``full`` in `make torture`, never below ``quick``."""
    return max(quick, round(full * SHARE))
