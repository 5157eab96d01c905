"""access.sockets.ConnectionLimit."""

import logging

import pytest

from access.limits import Slots
from access.sockets import ConnectionLimit
from tests.access.handshakes import Handshake, acceptor


async def test_refuses_one_connection_too_many_of_an_address_until_one_ends(
    caplog: pytest.LogCaptureFixture,
) -> None:
    application = ConnectionLimit(acceptor, Slots(2))
    open_ones = [Handshake(application) for _ in range(2)]
    for each in open_ones:
        assert await each.is_accepted()
    with caplog.at_level(logging.WARNING):
        status, headers, content = await Handshake(application).refusal()
    assert (status, content["code"]) == (429, "too-many")
    assert int(headers["Retry-After"]) > 0
    assert "192.0.2.1 has 2 connections" in caplog.text
    other = Handshake(application, client="192.0.2.2")
    assert await other.is_accepted()
    await open_ones[0].leave()
    late = Handshake(application)
    assert await late.is_accepted()
    for each in (open_ones[1], other, late):
        await each.leave()


async def test_a_connection_whose_application_fails_gives_its_place_back() -> None:
    async def failing(_scope: object, _receive: object, _send: object) -> None:
        raise RuntimeError("our own bug")

    slots = Slots(1)
    for _ in range(3):
        handshake = Handshake(ConnectionLimit(failing, slots))
        with pytest.raises(RuntimeError, match="our own bug"):
            await handshake.is_accepted()
    assert len(slots) == 0
