"""access.sockets.Gate."""

import asyncio
import logging
from typing import Any
from unittest.mock import patch

import pytest
from channels.db import database_sync_to_async
from django.contrib.auth import get_user_model
from django.db import OperationalError

from access.models import AccessToken
from access.roles import Rules, Scope, Visitor
from access.services import revoke_token
from access.sockets import NOT_PERMITTED_CLOSE_CODE, Gate
from access.tokens import new_token
from tests.access.conftest import bearer, make_token
from tests.access.handshakes import Handshake, acceptor

pytestmark = pytest.mark.django_db(transaction=True)
made = database_sync_to_async(make_token)


async def _seen(headers: dict[str, str], may: Any = Rules.may_stream, **scope: Any) -> Visitor:
    seen: list[Visitor] = []
    handshake = Handshake(Gate(acceptor, may), headers=headers, seen=seen, **scope)
    assert await handshake.is_accepted()
    await handshake.leave()
    return seen[0]


async def test_on_this_machine_alone_anybody_passes_and_no_token_is_looked_at() -> None:
    expected = Visitor(address="192.0.2.1")
    assert await _seen({}) == await _seen(bearer(new_token())) == expected


@pytest.mark.usefixtures("network")
async def test_on_a_network_a_token_passes_that_is_for_streaming() -> None:
    token, text = await made(Scope.STREAM)
    visitor = await _seen(bearer(text))
    assert visitor.token_id == token.pk
    assert visitor.scopes == {Scope.STREAM}


@pytest.mark.usefixtures("network")
async def test_without_a_token_it_says_how_to_bring_one() -> None:
    status, headers, content = await Handshake(Gate(acceptor, Rules.may_stream)).refusal()
    assert (status, content["code"]) == (401, "token-refused")
    assert headers["WWW-Authenticate"].startswith("Bearer")
    assert "Authorization: Bearer" in content["detail"]
    assert "FASHIONSITE_TOKEN_FILE" in content["detail"]


@pytest.mark.usefixtures("network")
async def test_a_wrong_token_is_refused_and_repeated_nowhere(
    caplog: pytest.LogCaptureFixture,
) -> None:
    text = new_token()
    with caplog.at_level(logging.DEBUG):
        status, _, content = await Handshake(
            Gate(acceptor, Rules.may_stream), headers=bearer(text)
        ).refusal()
    assert (status, content["code"]) == (401, "token-refused")
    assert text not in content["detail"] + caplog.text


@pytest.mark.usefixtures("network")
async def test_a_token_for_reading_is_not_for_streaming() -> None:
    _, text = await made(Scope.READ)
    gate = Gate(acceptor, Rules.may_stream)
    status, _, content = await Handshake(gate, headers=bearer(text)).refusal()
    assert (status, content["code"]) == (403, "not-permitted")
    assert (await _seen(bearer(text), Rules.may_read)).scopes == {Scope.READ}


@pytest.mark.usefixtures("network")
async def test_who_is_signed_in_may_read_and_not_stream() -> None:
    alice = get_user_model()(pk=5, username="alice")
    assert (await _seen({}, Rules.may_read, user=alice)).user_id == 5
    status, _, _ = await Handshake(Gate(acceptor, Rules.may_stream), user=alice).refusal()
    assert status == 403


@pytest.mark.usefixtures("network")
async def test_a_token_that_is_revoked_ends_its_open_connections() -> None:
    token, text = await made(Scope.STREAM)
    gate = Gate(acceptor, Rules.may_stream, look_every_s=0.01)
    handshake = Handshake(gate, headers=bearer(text))
    assert await handshake.is_accepted()
    # Several looks find nothing wrong.
    assert await handshake.socket.receive_nothing(timeout=0.1)
    await database_sync_to_async(revoke_token)(token)
    closed = await handshake.socket.receive_output(timeout=10)
    assert closed == {"type": "websocket.close", "code": NOT_PERMITTED_CLOSE_CODE}
    await handshake.leave()


@pytest.mark.usefixtures("network")
async def test_a_database_that_is_away_closes_nothing_and_lets_nobody_in() -> None:
    _, text = await made(Scope.STREAM)
    gate = Gate(acceptor, Rules.may_stream, look_every_s=0.01)
    handshake = Handshake(gate, headers=bearer(text))
    assert await handshake.is_accepted()
    with patch.object(
        AccessToken.objects, "select_related", side_effect=OperationalError("away")
    ) as looked:
        status, _, content = await Handshake(gate, headers=bearer(text)).refusal()
        while looked.call_count < 3:
            await asyncio.sleep(0.01)
        assert await handshake.socket.receive_nothing()
    assert (status, content["code"]) == (503, "storage-unavailable")
    assert "away" not in content["detail"]
    await handshake.leave()
