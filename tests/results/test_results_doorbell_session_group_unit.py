"""The group of one session's listeners."""

from uuid import UUID

from channels.layers import get_channel_layer

from results.doorbell import session_group

FIRST, SECOND = UUID(int=1), UUID(int=2)


def test_is_another_for_each_session() -> None:
    assert session_group(FIRST) != session_group(SECOND)


def test_is_a_name_that_channel_layers_take() -> None:
    layer = get_channel_layer()
    assert layer is not None
    assert layer.require_valid_group_name(session_group(FIRST))
