"""access.sockets.deny."""

from functools import partial

from access.sockets import Denial, deny
from tests.access.handshakes import Handshake
from tests.telemetry.samples import sample

DENIAL = Denial(401, "token-refused", "none of ours", {"WWW-Authenticate": "Bearer"})


async def test_says_why_by_an_http_answer() -> None:
    status, headers, content = await Handshake(partial(deny, denial=DENIAL)).refusal()
    assert status == 401
    assert headers == {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "WWW-Authenticate": "Bearer",
    }
    assert content == {"code": "token-refused", "detail": "none of ours"}


async def test_closes_where_the_server_cannot_do_that() -> None:
    handshake = Handshake(partial(deny, denial=DENIAL), extensions=())
    await handshake.socket.send_input({"type": "websocket.connect"})
    assert await handshake.socket.receive_output() == {"type": "websocket.close"}


async def test_each_refusal_is_counted_by_its_code() -> None:
    before = sample("fashionsite_websockets_refused_total", code="token-refused")
    await Handshake(partial(deny, denial=DENIAL)).refusal()
    assert sample("fashionsite_websockets_refused_total", code="token-refused") == before + 1
