"""The group of one session's own sockets."""

from uuid import UUID

from results.doorbell import control_group, session_group

FIRST, SECOND = UUID(int=1), UUID(int=2)


def test_is_another_for_each_session() -> None:
    assert control_group(FIRST) != control_group(SECOND)


def test_is_not_that_of_the_listeners() -> None:
    assert control_group(FIRST) != session_group(FIRST)
