"""One way to connect again for both sockets: try, wait longer each time, and give up by a limit."""

import logging
from collections.abc import Callable
from typing import TypeVar

from analysis.backoff import Patience
from analysis.errors import (
    ServerRefused,
    ServerSilent,
    ServerUnreachable,
    SessionFailed,
    SessionInterrupted,
)
from streaming.errors import SessionTaken, TooMany

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Claims:
    """Tells a session that somebody else took from one that this client took from itself.

    A request for it that was given up without an answer may have been held up on the way. Where
    it reaches the server after a later one, the later one loses the session.
    """

    def __init__(self) -> None:
        self._unanswered = 0

    def failed(self, error: BaseException) -> None:
        """A request for the session ended with this error."""
        if isinstance(error, ServerUnreachable):
            self._unanswered += 1

    def excuse(self, error: ServerRefused) -> ServerRefused | ServerUnreachable:
        """The error, or for one that is our own doing another, after which to try again."""
        if error.close_code != SessionTaken.close_code or not self._unanswered:
            return error
        self._unanswered -= 1
        return ServerUnreachable(f"taken by an earlier try of this client: {error.reason}")


def connect_again(
    connect: Callable[[], T],
    patience: Patience,
    *,
    name: str,
    pause: Callable[[float], None],
    cause: SessionFailed | None = None,
) -> T:
    """What ``connect`` returns, tried until it does.

    Args:
        connect: Makes the connection.
        patience: How long to try.
        name: What is connected, for the log and the error.
        pause: Waits for so many seconds; may raise to end it all.
        cause: Why there has to be another connection; None tries at once.

    Raises:
        SessionInterrupted: patience is over; its cause is the last error.
        ServerRefused: the server does not want it, so that trying again is no use.
    """
    while True:
        if cause is not None:
            delay_s = patience.failed(silent=isinstance(cause, ServerSilent))
            if delay_s is None:
                raise SessionInterrupted(f"{name}: {cause}") from cause
            logger.warning("%s: %s; connecting again in %.1f s", name, cause, delay_s)
            pause(delay_s)
        try:
            connected = connect()
        except ServerUnreachable as error:
            cause = error
        except ServerRefused as error:
            # With time there may be fewer, this client's own broken connections among them.
            if error.close_code != TooMany.close_code:
                raise
            cause = error
        else:
            patience.connected()
            if cause is not None:
                logger.info("%s: connected again", name)
            return connected
