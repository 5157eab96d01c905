"""What a client keeps of its sessions in owner-only files, so that another can resume them."""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Annotated, Literal, Self
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from analysis.addresses import ServerAddress, parse_address
from analysis.classifiers.interface import ImageClassifier
from analysis.credit import Overload
from analysis.errors import AccessDenied, CannotResume, SessionInterrupted
from analysis.options import AnalysisOptions
from streaming.messages import ClientInfo, Opened, Sha256

logger = logging.getLogger(__name__)

_SUFFIX = ".json"
# No server waits as long for a client, and a secret should not lie about.
_KEPT_FOR_S = 7 * 24 * 3600


class KeptSession(Struct, frozen=True, kw_only=True):
    """A session as it was opened, and all that decides what its results are.

    Attributes:
        format: Of the file.
        server: Where its session socket is, ``ws://host:port``.
        frames_server: Where its frames are, if not at the server.
        opened: What the server said; with its secret.
        classifier_sha256: Of the weights.
        started_at: When it was opened, with a time zone.
    """

    format: Literal[1] = 1
    server: str
    frames_server: str | None
    opened: Opened
    classifier_sha256: Sha256
    started_at: datetime
    overload: Overload
    batch_limit: Annotated[int, Meta(ge=1)]
    queue_frames: Annotated[int, Meta(ge=1)]
    queue_results: Annotated[int, Meta(ge=1)]
    sample_seed: int

    def __repr__(self) -> str:
        # Without the secret, wherever it ends up.
        return f"<kept session {self.opened.session} of {self.server}>"

    @classmethod
    def of(
        cls,
        opened: Opened,
        *,
        address: ServerAddress,
        options: AnalysisOptions,
        classifier_sha256: str,
        started_at: datetime,
    ) -> "KeptSession":
        """Such a session, run with these options."""
        frames_address = options.frames_address
        return cls(
            server=str(address),
            frames_server=None if frames_address is None else str(frames_address),
            opened=opened,
            classifier_sha256=classifier_sha256,
            started_at=started_at,
            overload=options.overload,
            batch_limit=options.batch_limit,
            queue_frames=options.queue_frames,
            queue_results=options.queue_results,
            sample_seed=options.sample_seed,
        )

    @property
    def address(self) -> ServerAddress:
        """The server."""
        return parse_address(self.server)

    def moved(
        self, server: ServerAddress | None, frames_server: ServerAddress | None
    ) -> "KeptSession":
        """The same session where its server has other addresses by now; None: the same."""
        return msgspec.structs.replace(
            self,
            server=self.server if server is None else str(server),
            frames_server=self.frames_server if frames_server is None else str(frames_server),
        )

    def check_classifier(self, classifier: ImageClassifier) -> None:
        """Let a classifier pass that is the one the session was opened with.

        Raises:
            CannotResume: it is another; predictions of two do not belong into one session.
        """
        if classifier.sha256 != self.classifier_sha256:
            raise CannotResume(
                f"session {self.opened.session} was opened with weights {self.classifier_sha256} "
                f"of {self.opened.classifier}, those there now are {classifier.sha256}"
            )

    def options(self, client: ClientInfo) -> AnalysisOptions:
        """How it was run, for this client."""
        return AnalysisOptions(
            overload=self.overload,
            batch_limit=self.batch_limit,
            queue_frames=self.queue_frames,
            queue_results=self.queue_results,
            sample_seed=self.sample_seed,
            frames_address=(
                None if self.frames_server is None else parse_address(self.frames_server)
            ),
            client=client,
        )


class KeptFile:
    """The file of one session, as a context manager; locked for as long as it is open.

    Nobody else on this machine can resume the session meanwhile. The lock ends with the process,
    however that ends.

    Args:
        path: Where it is.
        descriptor: The open file, locked; closed with the block.
        kept: What it holds.
    """

    def __init__(self, path: Path, descriptor: int, kept: KeptSession) -> None:
        self.kept = kept
        self._path = path
        self._descriptor = descriptor

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Remove the file at the end of the block, unless the session can go on after it."""
        try:
            yield
        except Exception as error:
            # Without a token, or with a revoked one, it is only for now that it cannot.
            if not isinstance(error, SessionInterrupted | AccessDenied):
                self._remove()
            raise
        self._remove()

    def _remove(self) -> None:
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            logger.warning("a session that is over is still kept: %s", error)


class SessionFolder:
    """The kept sessions of this machine's clients.

    Args:
        folder: Made when it is needed, for its owner alone.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, kept: KeptSession) -> KeptFile:
        """Write a session down.

        Raises:
            OSError: it cannot be written.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self._remove_old()
        path = self._path(kept.opened.session)
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with open(descriptor, "wb", closefd=False) as file:
                file.write(msgspec.json.encode(kept))
            # The lock belongs to the file, whatever it is called. Under its name first, where
            # it outlives this process, then on the disk, where it outlives the machine.
            partial.replace(path)
            os.fsync(descriptor)
        except BaseException:
            partial.unlink(missing_ok=True)
            os.close(descriptor)
            raise
        return KeptFile(path, descriptor, kept)

    @contextmanager
    def while_running(self, kept: KeptSession) -> Iterator[None]:
        """Keep a session for the block, and longer if it can go on then.

        Where it cannot be written, the session runs all the same.
        """
        file: KeptFile | None = None
        try:
            file = self.keep(kept)
        except OSError as error:
            logger.warning("%r could not be resumed: %s", kept, error)
        if file is None:
            yield
            return
        with file, file.running():
            yield

    def take(self, session: UUID) -> KeptFile:
        """The file of a session that is to be resumed.

        Raises:
            CannotResume: there is none, another process has it, or it is not as it must be.
        """
        path = self._path(session)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
        except FileNotFoundError:
            raise CannotResume(f"session {session} is not kept here{self._choice()}") from None
        except OSError as error:
            raise CannotResume(f"session {session} cannot be read: {error}") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not os.fstat(descriptor).st_nlink:
                raise CannotResume(f"session {session} has just ended")
            return KeptFile(path, descriptor, _read(descriptor, path))
        except BlockingIOError:
            os.close(descriptor)
            raise CannotResume(f"session {session} is run by another process here") from None
        except BaseException:
            os.close(descriptor)
            raise

    def resumable(self) -> list[KeptSession]:
        """The sessions that nobody runs, the oldest first; unreadable files are left out."""
        found: list[KeptSession] = []
        for path in self.folder.glob(f"*{_SUFFIX}"):
            with suppress(ValueError, CannotResume), self.take(UUID(path.stem)) as file:
                found.append(file.kept)
        return sorted(found, key=lambda kept: kept.started_at)

    def take_only(self) -> KeptFile:
        """The file of the only session that can be resumed.

        Raises:
            CannotResume: there is none, or more; the message lists them.
        """
        found = self.resumable()
        if len(found) != 1:
            what = "none" if not found else f"{len(found)}"
            raise CannotResume(f"expected one session to resume, there are {what}{self._choice()}")
        return self.take(found[0].opened.session)

    def _choice(self) -> str:
        lines = [
            f"{kept.opened.session}, {kept.opened.classifier}, {kept.opened.announced} frames, "
            f"begun {kept.started_at.astimezone():%Y-%m-%d %H:%M}"
            for kept in self.resumable()
        ]
        return "".join(f"\n  {line}" for line in lines)

    def _path(self, session: UUID) -> Path:
        return self.folder / f"{session}{_SUFFIX}"

    def _remove_old(self) -> None:
        limit = time.time() - _KEPT_FOR_S
        for path in self.folder.iterdir():
            with suppress(OSError):
                if path.stat().st_mtime < limit:
                    path.unlink()


def _read(descriptor: int, path: Path) -> KeptSession:
    with open(descriptor, "rb", closefd=False) as file:
        content = file.read()
    try:
        kept = msgspec.json.decode(content, type=KeptSession)
        parse_address(kept.server)
        if kept.frames_server is not None:
            parse_address(kept.frames_server)
    except (msgspec.DecodeError, ValueError) as error:
        raise CannotResume(f"{path}: expected a kept session, but: {error}") from error
    if kept.opened.session != UUID(path.stem):
        raise CannotResume(f"{path}: it holds session {kept.opened.session}")
    return kept
