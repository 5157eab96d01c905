"""The frames of one session, over one socket after the other: attached again where one broke."""

import threading
import time
from contextlib import ExitStack

from analysis.addresses import ServerAddress
from analysis.connection import FramesConnection, Limits
from analysis.errors import ServerRefused, ServerSilent, ServerUnreachable, SessionFailed
from analysis.reconnecting import Claims, connect_again
from streaming.frames import FrameMessage, decode_frames
from streaming.messages import Ended, Opened


class FrameLink:
    """A ``FrameSource`` that outlives its connections. One thread receives, any may grant.

    Args:
        address: Host and port of the frames.
        opened: The session.
        limits: How long to wait.
    """

    def __init__(
        self, address: ServerAddress, opened: Opened, *, limits: Limits = Limits()
    ) -> None:
        self._address = address
        self._opened = opened
        self._limits = limits
        self._patience = limits.patience()
        self._claims = Claims()
        self._stack = ExitStack()
        # Being opened or open; and the same, once the server has said `attached`.
        self._connection: FramesConnection | None = None
        self._attached: FramesConnection | None = None
        self._given_up: ServerSilent | None = None
        self._sign: threading.Event | None = None
        self._sign_due_at = 0.0
        self._until = 0
        self._granting = threading.Lock()
        self._aborted = threading.Event()
        self._nudged = threading.Event()

    @property
    def attached(self) -> bool:
        """Whether a connection is there, as far as is known."""
        connection = self._attached
        return connection is not None and not connection.broken

    @property
    def trusted(self) -> bool:
        """Whether it is attached, and has shown a sign of life since it was asked for one.

        A connection that shows none in time is given up.
        """
        if not self.attached or self._sign is None or self._sign.is_set():
            return self.attached
        if time.monotonic() > self._sign_due_at:
            self.give_up("no sign of life from the server")
        return False

    def renew(self, error: ServerUnreachable | None, next_sequence: int) -> int:
        """Connect and attach, after this error if there was one.

        Args:
            next_sequence: The first that has not been received.

        Returns:
            The sequence of the first frame that will come.

        Raises:
            SessionInterrupted: the limit was reached.
            ServerRefused, PeerError: the server does not attach it.
            SessionFailed: this end was aborted meanwhile.
        """
        if self._attached is not None:
            self._attached.abort()
        self.close()
        return connect_again(
            lambda: self._attach(next_sequence),
            self._patience,
            name="frames socket",
            pause=self._pause,
            cause=error,
        )

    def receive(self, timeout_s: float) -> bytes | Ended:
        """The next frame message, or the end of the stream.

        Raises:
            TimeoutError: none came in that time.
            ServerUnreachable: the connection broke; ``renew`` makes another.
            ServerRefused, PeerError: closed before the end, or no such message.
        """
        connection = self._attached
        if connection is None:
            raise ServerUnreachable("the frames are not attached")
        try:
            message = connection.receive(timeout_s)
        except ServerUnreachable as error:
            raise self._given_up or error from error
        except ServerRefused as error:
            raise self._claims.excuse(error) from error
        self._patience.succeeded()
        return message

    def grant(self, until: int) -> None:
        """Let the server send every frame below ``until``, over this connection or the next."""
        with self._granting:
            self._until = max(self._until, until)
            if self._attached is not None:
                self._attached.grant(until)

    def give_up(self, reason: str) -> None:
        """Break the present connection, so that whoever receives connects again."""
        self._given_up = ServerSilent(reason)
        if self._connection is not None:
            self._connection.abort()

    def ask_for_sign(self, within_s: float) -> None:
        """Ask the present connection, if there is one, whether it still leads to a server."""
        connection = self._attached
        self._sign_due_at = time.monotonic() + within_s
        self._sign = connection.ping() if connection is not None else None

    def nudge(self) -> None:
        """Do not wait before the next try: the server is there."""
        self._nudged.set()

    def hurry(self, limit_s: float) -> None:
        """Try to connect for no longer than this from now on."""
        self._patience.hurry(limit_s)
        self._nudged.set()

    def abort(self) -> None:
        """End every wait, and connect no more."""
        self._aborted.set()
        self._nudged.set()
        if self._connection is not None:
            self._connection.abort()

    def close(self) -> None:
        """Close the present connection, if there is one."""
        if self._attached is not None and self._attached.broken:
            self._attached.abort()
        self._attached = None
        self._stack.close()

    def fetch(self, sequence: int) -> FrameMessage:
        """One frame again, whether it came before or not; the stream is closed for it.

        Raises:
            SessionFailed: the stream ends without it, or as ``renew``.
            PeerError: something that is no frame.
        """
        self.close()
        link = FrameLink(self._address, self._opened, limits=self._limits)
        link.grant(sequence + 1)
        error: ServerUnreachable | None = None
        while True:
            try:
                link.renew(error, sequence)
                message = link.receive(self._limits.stall_s)
                break
            except TimeoutError:
                error = ServerSilent(f"frame {sequence} did not come")
            except ServerUnreachable as broken:
                error = broken
            finally:
                link.close()
        if isinstance(message, Ended):
            raise SessionFailed(f"frame {sequence} was not sent again: {message.reason}")
        return decode_frames(message)

    def _pause(self, seconds: float) -> None:
        self._nudged.wait(seconds)
        self._nudged.clear()
        self._check_aborted()

    def _check_aborted(self) -> None:
        if self._aborted.is_set():
            raise SessionFailed("the session is over on this side")

    def _attach(self, next_sequence: int) -> int:
        connection = FramesConnection(self._address, self._opened, limits=self._limits)
        self._given_up = self._sign = None
        self._connection = connection
        with ExitStack() as stack:
            stack.enter_context(connection)
            try:
                self._nudged.clear()
                self._check_aborted()  # it may have been while there was nothing to abort
                first = connection.attach(next_sequence)
                with self._granting:
                    self._attached = connection
                    if self._until:
                        connection.grant(self._until)
            except BaseException as error:
                connection.abort()
                self._claims.failed(error)
                self._check_aborted()
                raise
            self._stack = stack.pop_all()
        return first
