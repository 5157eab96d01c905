"""Websocket handshakes without a server, for tests of what stands before the consumers."""

import json
from typing import Any

from asgiref.testing import ApplicationCommunicator

# asgiref's has no types.
_Communicator: Any = ApplicationCommunicator


class Handshake:
    """One handshake with an ASGI application, by a client at ``client``."""

    def __init__(
        self,
        application: Any,
        *,
        client: str | None = "192.0.2.1",
        headers: dict[str, str] | None = None,
        extensions: tuple[str, ...] = ("websocket.http.response",),
        **scope: Any,
    ) -> None:
        given = {
            "type": "websocket",
            "path": "/",
            "client": None if client is None else (client, 50_000),
            "headers": [
                (name.lower().encode(), value.encode()) for name, value in (headers or {}).items()
            ],
            "extensions": {name: {} for name in extensions},
            "subprotocols": [],
            **scope,
        }
        self.socket = _Communicator(application, given)

    async def is_accepted(self) -> bool:
        """Connect; whether the application is reached and accepts."""
        await self.socket.send_input({"type": "websocket.connect"})
        return str((await self.socket.receive_output())["type"]) == "websocket.accept"

    async def refusal(self) -> tuple[int, dict[str, str], dict[str, Any]]:
        """Connect; status, headers and content of the refusal."""
        await self.socket.send_input({"type": "websocket.connect"})
        start, body = await self.socket.receive_output(), await self.socket.receive_output()
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        content: dict[str, Any] = json.loads(body["body"])
        return start["status"], headers, content

    async def leave(self) -> None:
        """Go away, and wait for the application's end."""
        await self.socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.socket.wait()


async def acceptor(scope: Any, receive: Any, send: Any) -> None:
    """An application that accepts, notes who came, and stays until they leave."""
    scope.get("seen", []).append(scope.get("visitor"))
    assert (await receive())["type"] == "websocket.connect"
    await send({"type": "websocket.accept"})
    assert (await receive())["type"] == "websocket.disconnect"
