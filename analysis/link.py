"""The session socket of one session, over one connection after the other, resumed on each."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from analysis.addresses import ServerAddress
from analysis.connection import Limits, SessionConnection
from analysis.errors import ServerRefused, ServerUnreachable
from analysis.reconnecting import Claims, connect_again
from results.batches import PredictionBatch
from streaming.messages import ClientInfo, Message, Opened, Resume, Resumed


class SessionLink:
    """A session socket that outlives its connections. One thread receives, any may send.

    Args:
        address: The server.
        opened: The session.
        client: Who this is.
        limits: How long to wait.
        connection: The one on which the session was opened, which stays its owner's; without
            it ``resume`` makes the first.
    """

    def __init__(
        self,
        address: ServerAddress,
        opened: Opened,
        *,
        client: ClientInfo,
        limits: Limits = Limits(),
        connection: SessionConnection | None = None,
    ) -> None:
        self.address = address
        self.limits = limits
        self._opened = opened
        self._client = client
        self._patience = limits.patience()
        self._claims = Claims()
        self._stack = ExitStack()
        self._connection = connection

    @property
    def connected(self) -> bool:
        """Whether a connection is there, as far as is known."""
        return self._connection is not None and not self._connection.broken

    def resume(self, error: ServerUnreachable | None, pause: Callable[[float], None]) -> Resumed:
        """Connect and take the session up again, after this error if there was one.

        Args:
            error: Why the last connection is of no more use.
            pause: Waits for so many seconds; may raise to end it all.

        Raises:
            SessionInterrupted: the limit was reached.
            ServerRefused, PeerError: the server does not give the session.
        """
        self.abort()
        self._stack.close()
        return connect_again(
            self._resume,
            self._patience,
            name="session socket",
            pause=pause,
            cause=error,
        )

    def receive(self, timeout_s: float) -> Any:
        """The next message of the server.

        Raises:
            TimeoutError: none came in that time.
            ServerUnreachable: the connection broke; ``resume`` makes another.
            ServerRefused, PeerError: an error, or something that is no message.
        """
        try:
            message = self._present.receive(timeout_s)
        except ServerRefused as error:
            raise self._claims.excuse(error) from error
        self._patience.succeeded()
        return message

    def recall(self, first: int) -> PredictionBatch | None:
        """Stored predictions of a sequence of ``first`` or more; None where there are no more."""
        batch = self._present.recall(first)
        self._patience.succeeded()
        return batch

    def send(self, message: Message) -> None:
        """Send a JSON message.

        Raises:
            ServerUnreachable, ServerRefused: the connection is closed.
        """
        self._present.send(message)

    def send_predictions(self, message: bytes) -> None:
        """Send a batch of predictions, encoded; raises as ``send``."""
        self._present.send_predictions(message)

    def hurry(self, limit_s: float) -> None:
        """Try to connect for no longer than this from now on."""
        self._patience.hurry(limit_s)

    def abort(self) -> None:
        """Break the connection without a word: the session can be resumed."""
        if self._connection is not None:
            self._connection.abort()

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Close with a code: the session is over for this client."""
        if self._connection is not None:
            self._connection.close(code, reason)

    def release(self) -> None:
        """Close what was opened here; the connection that was given stays as it is."""
        self._stack.close()

    @property
    def _present(self) -> SessionConnection:
        if self._connection is None:
            raise ServerUnreachable("the session is not connected")
        return self._connection

    def _resume(self) -> Resumed:
        connection = SessionConnection(self.address, limits=self.limits)
        with ExitStack() as stack:
            stack.enter_context(connection)
            request = Resume(
                session=self._opened.session, secret=self._opened.secret, client=self._client
            )
            try:
                resumed = connection.resume(request)
            except BaseException as error:
                connection.abort()
                self._claims.failed(error)
                raise
            self._connection = connection
            self._stack = stack.pop_all()
        return resumed
