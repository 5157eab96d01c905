"""streaming.consumers.base.in_database."""

import threading

import pytest

from streaming.consumers.base import in_database


async def test_runs_off_the_event_loop_and_gives_what_came() -> None:
    def service(first: int, *, second: int) -> tuple[int, int]:
        assert threading.current_thread() is not threading.main_thread()
        return first, second

    assert await in_database(service, 1, second=2) == (1, 2)


async def test_raises_what_was_raised() -> None:
    def service() -> None:
        raise LookupError("nothing")

    with pytest.raises(LookupError, match="nothing"):
        await in_database(service)
