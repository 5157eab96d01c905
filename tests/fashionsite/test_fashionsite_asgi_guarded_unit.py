"""fashionsite.asgi.guarded."""

from uuid import UUID

from access.roles import Rules
from access.sockets import Gate
from fashionsite.asgi import guarded
from results.live import websocket_urlpatterns


def test_puts_a_gate_before_each_path_and_changes_none() -> None:
    (before,) = websocket_urlpatterns
    (after,) = guarded(websocket_urlpatterns, Rules.may_read)
    assert isinstance(after.callback, Gate)
    assert not isinstance(before.callback, Gate)
    path = f"ws/live/{UUID(int=7)}/"
    assert after.resolve(path).kwargs == {"uuid": UUID(int=7)}
