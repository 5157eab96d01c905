"""What every websocket handshake goes through: how many, encrypted, by whom."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError

from access import policy
from access.addresses import client_address
from access.errors import AccessError, NotPermitted, TokenRefused
from access.limits import Slots
from access.middleware import BEARER_CHALLENGE
from access.roles import Rules, Visitor
from access.services import check_still_valid, token_of
from access.tokens import bearer_token
from access.visitors import make_visitor
from telemetry.metrics import handshake_refused

logger = logging.getLogger(__name__)

# A token that is revoked ends its open connections within this time.
LOOK_EVERY_S = 30.0
NOT_PERMITTED_CLOSE_CODE = 4407
CONNECTION_RETRY_AFTER_S = 10

Permission = Callable[[Rules, Visitor], bool]


@dataclass(frozen=True, slots=True)
class Denial:
    """The HTTP answer to a websocket that is refused; ``code`` is stable, ``detail`` a sentence."""

    status: int
    code: str
    detail: str
    headers: Mapping[str, str] = field(default_factory=dict)


class ConnectionLimit:
    """Refuses (HTTP 429) more websockets of one address at once than it may have."""

    def __init__(self, application: Any, slots: Slots) -> None:
        self._application = application
        self._slots = slots

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        address = socket_address(scope)
        if not self._slots.take(address):
            logger.warning("%s has %d connections, one more refused", address, self._slots.limit)
            detail = f"at most {self._slots.limit} connections of one address may be open at once"
            headers = {"Retry-After": str(CONNECTION_RETRY_AFTER_S)}
            await deny(scope, receive, send, Denial(429, "too-many", detail, headers))
            return
        try:
            await self._application(scope, receive, send)
        finally:
            self._slots.give_back(address)


class EncryptedOnly:
    """Refuses (HTTP 403) websockets that did not come over TLS, where all should."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        forwarded = _header(scope, b"x-forwarded-proto") or ""
        if settings.HTTPS and forwarded.rpartition(",")[2].strip() not in ("https", "wss"):
            detail = "this server is reached by wss:// only, through its proxy"
            await deny(scope, receive, send, Denial(403, "not-encrypted", detail))
            return
        await self._application(scope, receive, send)


class Gate:
    """Finds out who opens a websocket, and refuses those who may not, before the handshake ends.

    The application finds a :class:`access.roles.Visitor` in ``scope["visitor"]``. A connection
    whose token is revoked or expires is closed with 4407.

    Args:
        application: What is behind the gate.
        may: Who passes.
        look_every_s: How often a token is looked at again, seconds.
    """

    def __init__(
        self, application: Any, may: Permission, *, look_every_s: float = LOOK_EVERY_S
    ) -> None:
        self._application = application
        self._may = may
        self._look_every_s = look_every_s

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        rules = policy.rules()
        try:
            visitor = await self._visitor(scope, rules)
            if not self._may(rules, visitor):
                raise _refusal(visitor)
        except (AccessError, DatabaseError) as error:
            await deny(scope, receive, send, _denial(error))
            return
        async with _watched(visitor, send, self._look_every_s):
            await self._application({**scope, "visitor": visitor}, receive, send)

    @staticmethod
    async def _visitor(scope: Any, rules: Rules) -> Visitor:
        text = bearer_token(_header(scope, b"authorization")) if rules.is_network else None
        token = None if text is None else await database_sync_to_async(token_of)(text)
        return make_visitor(socket_address(scope), user=scope.get("user"), token=token)


async def deny(scope: Any, receive: Any, send: Any, denial: Denial) -> None:
    """Refuse a websocket before its handshake ends, by an HTTP answer that says why.

    A server without the ASGI extension for such answers gives a bare 403.
    """
    handshake_refused(denial.code)
    await receive()  # websocket.connect
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store", **denial.headers}
    await send(
        {
            "type": "websocket.http.response.start",
            "status": denial.status,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
    )
    body = json.dumps({"code": denial.code, "detail": denial.detail}).encode()
    await send({"type": "websocket.http.response.body", "body": body, "more_body": False})


def socket_address(scope: Any) -> str:
    """The address that a websocket counts for."""
    peer = scope.get("client")
    return client_address(
        peer[0] if peer else None,
        _header(scope, b"x-forwarded-for"),
        behind_proxy=settings.BEHIND_PROXY,
    )


@contextlib.asynccontextmanager
async def _watched(visitor: Visitor, send: Any, every_s: float) -> AsyncIterator[None]:
    """Close the connection when its token is valid no longer."""
    if visitor.token_id is None:
        yield
        return
    watch = asyncio.create_task(_close_when_invalid(visitor.token_id, send, every_s))
    try:
        yield
    finally:
        watch.cancel()


async def _close_when_invalid(token_id: int, send: Any, every_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        try:
            await database_sync_to_async(check_still_valid)(token_id)
        except TokenRefused as error:
            logger.warning("a connection is closed: %s", error)
            await send({"type": "websocket.close", "code": NOT_PERMITTED_CLOSE_CODE})
            return
        except DatabaseError as error:
            logger.warning("a token could not be looked at again: %s", error)


def _denial(error: AccessError | DatabaseError) -> Denial:
    if isinstance(error, TokenRefused):
        return Denial(401, error.code, str(error), {"WWW-Authenticate": BEARER_CHALLENGE})
    if isinstance(error, AccessError):
        return Denial(403, error.code, str(error))
    logger.error("a token could not be looked up: %s", error)
    return Denial(503, "storage-unavailable", "the database cannot be read just now; try later")


def _refusal(visitor: Visitor) -> AccessError:
    if visitor.is_anonymous:
        return TokenRefused(
            "this server asks for a token: a header Authorization: Bearer fst_…; "
            "`analyze` takes it from FASHIONSITE_TOKEN or FASHIONSITE_TOKEN_FILE"
        )
    return NotPermitted("this token, or this account, is not for that")


def _header(scope: Any, name: bytes) -> str | None:
    """The value of a header that comes once; of several the last, which a proxy adds."""
    values = [value for given, value in scope["headers"] if given == name]
    return values[-1].decode("latin-1") if values else None
