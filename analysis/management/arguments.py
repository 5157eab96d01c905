"""What commands that run sessions take on their command line."""

import math
from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from django.core.management.base import CommandParser

from analysis.addresses import ServerAddress, parse_address
from analysis.connection import Limits

DEFAULT_SERVER = "ws://127.0.0.1:7000"
# Counts end up in a signed 64-bit column of the server's database.
MOST = 2**62
_MOST_WORKERS = 10_000
_LONGEST_S = 7 * 24 * 3600


def whole(minimum: int, most: int) -> Callable[[str], int]:
    """Reads an integer from ``minimum`` to ``most``; raises ``ArgumentTypeError`` for others."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = minimum - 1
        if not minimum <= number <= most:
            raise ArgumentTypeError(f"expected an integer from {minimum} to {most}, got {text!r}")
        return number

    return parse


def rate(text: str) -> float:
    """Frames a second.

    Raises:
        ArgumentTypeError: none, or out of range.
    """
    try:
        fps = float(text)
    except ValueError:
        fps = math.nan
    # Written so that NaN is refused too.
    if not 0 <= fps <= 1_000_000:
        raise ArgumentTypeError(f"expected frames a second from 0 to 1000000, got {text!r}")
    return fps


def seconds(text: str) -> float:
    """Seconds, a week at most.

    Raises:
        ArgumentTypeError: none, or out of range.
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= _LONGEST_S:
        raise ArgumentTypeError(f"expected seconds from 0 to {_LONGEST_S}, got {text!r}")
    return number


def session_id(text: str) -> UUID:
    """A session's id.

    Raises:
        ArgumentTypeError: it is none.
    """
    try:
        return UUID(text)
    except ValueError:
        raise ArgumentTypeError(f"expected a session's UUID, got {text!r}") from None


def server_address(text: str) -> ServerAddress:
    """Where a server is.

    Raises:
        ArgumentTypeError: no such address.
    """
    try:
        return parse_address(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error


def add_run_arguments(parser: CommandParser) -> None:
    """Declare what every command takes that runs one session."""
    parser.add_argument(
        "--server", type=server_address, help=f"ws://host:port (default {DEFAULT_SERVER})"
    )
    parser.add_argument(
        "--frames-server",
        type=server_address,
        help="where frames come from, if not from the server",
    )
    parser.add_argument("--json", type=Path, help="keep a copy of the report there")
    parser.add_argument(
        "--reconnect-for",
        type=seconds,
        metavar="SECONDS",
        default=Limits().reconnect_s,
        help="how long to try where a connection breaks (default 300; 0: not at all)",
    )
    parser.add_argument(
        "--batch", type=whole(1, 65536), help="most frames classified at once (default 256)"
    )
    parser.add_argument(
        "--queue", type=whole(1, 1_000_000), help="most frames waiting (default 1024)"
    )
    parser.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="classify on a Ray cluster: host:port of its head, or local to start one here",
    )
    parser.add_argument(
        "--workers",
        type=whole(1, _MOST_WORKERS),
        help="with --ray: how many classify at once (default one a CPU)",
    )
