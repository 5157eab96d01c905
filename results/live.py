"""The live view's socket: what a session is doing, for browsers, on the session port.

Each message is the whole state, so that one missed or skipped is made good by the next. The
browser answers ``{"type": "ready"}`` when it has drawn a message; without that the server sends
at most :data:`WINDOW` and then leaves messages out, since Daphne would keep them in memory for
a browser that does not read. The last message (``final`` is true) needs no answer.
"""

import asyncio
import contextlib
import json
import logging
import time
from typing import Any, Literal
from uuid import UUID

from asgiref.sync import sync_to_async
from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import InterfaceError, OperationalError, connection
from django.urls import path

from results import selectors
from results.doorbell import Listener, session_group
from results.errors import SessionNotFound
from results.history import history_watch
from results.lifecycle import FINAL_STATES, SessionState
from results.pulses import StepDict
from results.selectors import LiveSnapshot

logger = logging.getLogger(__name__)

WINDOW = 4  # messages sent that the browser has not drawn yet
MIN_INTERVAL_S = 0.1
IDLE_INTERVAL_S = 1.0  # rings may get lost
TROUBLE_INTERVAL_S = 5.0  # while the database cannot be read
# A look at the database is followed by a pause of this many times its duration, so that
# watching a long session, whose counts take longer, does not take the stream's share.
REST_FACTOR = 4
MAX_MESSAGE_CHARS = 256

CLOSE_FINAL = 1000
CLOSE_OWN_BUG = 4500
CLOSE_MALFORMED = 4400
CLOSE_UNKNOWN_SESSION = 4404


class LiveMessage(LiveSnapshot):
    """What the server sends; ``final``: nothing will change any more, a close follows.

    ``history`` is the last minute, for whoever has just come as for the others; ``None`` where it
    is as it was in the message before.
    """

    type: Literal["snapshot"]
    final: bool
    history: list[StepDict] | None


class LiveConsumer(AsyncWebsocketConsumer):
    """Sends a session's state when it changed, at most ten times a second."""

    # The doorbell is heard by a listener, which a channel layer that fails does not end.
    channel_layer_alias = "none"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.credit = WINDOW
        self.rang = False
        self.wake = asyncio.Event()
        self.listener = Listener(self._rang)
        self.pushing: asyncio.Task[None] | None = None

    @property
    def session_uuid(self) -> UUID:
        """The session that this browser watches."""
        uuid: UUID = self.scope["url_route"]["kwargs"]["uuid"]
        return uuid

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Hand an event of Channels to its method, without its look at database connections."""
        await getattr(self, get_handler_name(message))(message)

    async def connect(self) -> None:
        """Take any browser; one that asks for an unknown session is told by the close code."""
        await self.accept()
        # Listening starts before the first look, so that no change falls in between.
        await self.listener.listen(session_group(self.session_uuid))
        self.pushing = asyncio.create_task(self._push_until_final())
        logger.info("session %s: a browser watches", self.session_uuid)

    async def disconnect(self, code: int) -> None:
        """Stop looking."""
        await self.listener.close()
        if self.pushing is not None:
            self.pushing.cancel()
            await asyncio.wait([self.pushing])
        logger.info("session %s: a browser left (%s)", self.session_uuid, code)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take ``{"type": "ready"}``; anything else closes the socket."""
        if not _is_ready(text_data):
            logger.info("session %s: a browser sent what is no message", self.session_uuid)
            await self.close(CLOSE_MALFORMED, 'expected {"type": "ready"}')
            return
        self.credit = min(self.credit + 1, WINDOW)
        self._wake_if_due()

    def _rang(self) -> None:
        """The session changed; rings in quick succession are one."""
        self.rang = True
        self._wake_if_due()

    def _wake_if_due(self) -> None:
        if self.rang and self.credit:
            self.wake.set()

    async def _push_until_final(self) -> None:
        try:
            await self._push()
        except SessionNotFound as error:
            await self.close(CLOSE_UNKNOWN_SESSION, str(error))
        except Exception:  # pylint: disable=broad-exception-caught  # a task's end is seen by none
            logger.exception("session %s: the live view failed", self.session_uuid)
            await self.close(CLOSE_OWN_BUG)

    async def _push(self) -> None:
        previous: LiveSnapshot | None = None
        told: list[StepDict] | None = None
        while True:
            self.rang = False
            self.wake.clear()
            began = time.monotonic()
            try:
                snapshot, history = await _look(self.session_uuid)
            except (OperationalError, InterfaceError) as error:
                logger.warning(
                    "session %s: the live view saw nothing, %s", self.session_uuid, error
                )
                await asyncio.sleep(TROUBLE_INTERVAL_S)
                continue
            took = time.monotonic() - began
            final = SessionState(snapshot["state"]) in FINAL_STATES
            if final or (self.credit and snapshot != previous):
                await self._send_snapshot(snapshot, final, None if history == told else history)
                previous, told = snapshot, history
            if final:
                await self.close(CLOSE_FINAL)
                return
            await asyncio.sleep(max(MIN_INTERVAL_S - took, REST_FACTOR * took))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), IDLE_INTERVAL_S)

    async def _send_snapshot(
        self, snapshot: LiveSnapshot, final: bool, history: list[StepDict] | None
    ) -> None:
        message: LiveMessage = {
            "type": "snapshot",
            "final": final,
            "history": history,
            **snapshot,
        }
        self.credit = max(self.credit - 1, 0)
        await self.send(text_data=json.dumps(message, allow_nan=False))


@sync_to_async
def _look(session_uuid: UUID) -> tuple[LiveSnapshot, list[StepDict]]:
    """The session's state and history, over the connection that the streams' sockets use as well.

    It stays open, as opening one for each look costs more than the look; after an error it is
    closed, so that a database that comes back is found again.
    """
    try:
        session = selectors.get_session(session_uuid)
        return selectors.live_snapshot(session), history_watch.of(session)
    except (OperationalError, InterfaceError):
        if not connection.in_atomic_block:
            connection.close()
        raise


def _is_ready(text: str | None) -> bool:
    if text is None or len(text) > MAX_MESSAGE_CHARS:
        return False
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(message, dict) and message.get("type") == "ready"


# Channels takes ASGI applications where Django's own `path` is typed for views, hence Any.
_application: Any = LiveConsumer.as_asgi()
websocket_urlpatterns = [path("ws/live/<uuid:uuid>/", _application)]
