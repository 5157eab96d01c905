"""streaming.collecting.EndedConnections."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from streaming.collecting import MOST_ENDED, EndedConnections


class _Connection:
    """Hangs on itself, as a protocol and its transport do."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(name="left", autouse=True)
def fixture_left() -> Iterator[weakref.ref[_Connection]]:
    """What a connection left, which nobody but the one tested looks for."""
    gc.disable()
    yield weakref.ref(_Connection())
    gc.enable()


def _end(connections: EndedConnections, count: int) -> None:
    for _ in range(count):
        with connections:
            pass


def test_what_many_connections_left_goes_with_the_last_of_them(
    left: weakref.ref[_Connection],
) -> None:
    connections = EndedConnections()
    _end(connections, MOST_ENDED - 1)
    assert left() is not None
    _end(connections, 1)
    assert left() is None


def test_looks_more_rarely_the_more_are_open(left: weakref.ref[_Connection]) -> None:
    connections = EndedConnections()
    for _ in range(3 * MOST_ENDED):
        connections.__enter__()  # pylint: disable=unnecessary-dunder-call  # not left here
    _end(connections, 3 * MOST_ENDED - 1)
    assert left() is not None
    _end(connections, 1)
    assert left() is None


def test_a_connection_that_fails_has_ended_too(left: weakref.ref[_Connection]) -> None:
    connections = EndedConnections()
    for _ in range(MOST_ENDED):
        with pytest.raises(ValueError, match="broken"), connections:
            raise ValueError("broken")
    assert left() is None
