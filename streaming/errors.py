"""Everything that can go wrong with a stream, one class per kind of offence.

::

    StreamingError
    ├── DatasetError                 a dataset that cannot be obtained, written or read
    │   ├── DatasetUnavailable       Fashion-MNIST was found nowhere
    │   ├── DatasetCorrupt           truncated, oversized, or not what its header says
    │   ├── DatasetUnsafe            a pickle that names a global
    │   ├── DatasetVersionMismatch   a pickle of another format version
    │   └── DatasetIndexError        frames that the dataset does not have
    ├── PortUnavailable              a port that cannot be listened on
    ├── ServerMissing                a server program that is not installed
    ├── StorageUnavailable           the database cannot be written just now; trying again helps
    └── PeerError                    what a peer did; has a websocket close code
        ├── MalformedMessage         not JSON, or binary that is no known format
        ├── UnknownMessageType       JSON of a ``type`` that this side does not take
        ├── InvalidField             a field missing, of the wrong type or out of range
        ├── WrongSubprotocol         the handshake did not offer ours
        ├── WrongSecret              the session's secret is missing or wrong
        ├── UnknownSession           no session of that id
        ├── ReaderStalled            granted no credit for too long; it may come back
        ├── SessionTaken             another client, or another connection, has it
        ├── OutOfOrder               a message that the session's state does not allow
        ├── UnknownClassifier        a classifier that nobody offers
        ├── MalformedFrames          a frame message with a bad header or length
        ├── NeverSent                results for frames that were never sent
        ├── ConflictingResult        another result for a frame that has one
        ├── InvalidReport            a report that its JSON Schema refuses
        └── TooMany                  more than one client may have; later may be better

``code`` is stable and stands apart from the text; ``close_code`` is what a socket is closed with.
"""

from typing import ClassVar


class StreamingError(Exception):
    """Base of every error of this package."""

    code: ClassVar[str] = "streaming-error"


class DatasetError(StreamingError):
    """A dataset that cannot be obtained, written or read."""

    code = "dataset-error"


class DatasetUnavailable(DatasetError):
    """The dataset was found nowhere; the message lists what was tried and what to do."""

    code = "dataset-unavailable"


class DatasetCorrupt(DatasetError):
    """A file that is truncated, oversized, or not what its header or checksum says."""

    code = "dataset-corrupt"


class DatasetUnsafe(DatasetError):
    """A pickle that names a global, which could run code; the message names it."""

    code = "dataset-unsafe"


class DatasetVersionMismatch(DatasetError):
    """A dataset pickle of another format version."""

    code = "dataset-version-mismatch"


class DatasetIndexError(DatasetError, IndexError):
    """Frames that the dataset does not have; the message says which it has."""

    code = "dataset-index-error"


class PortUnavailable(StreamingError):
    """A port that cannot be listened on."""

    code = "port-unavailable"


class ServerMissing(StreamingError):
    """A server program that is not installed; the message says how to."""

    code = "server-missing"


class StorageUnavailable(StreamingError):
    """The database cannot be written just now: nothing was acknowledged, trying again helps."""

    code = "storage-unavailable"
    close_code: ClassVar[int] = 4503


class PeerError(StreamingError):
    """What a peer did against the protocol; the socket is closed with ``close_code``."""

    code = "peer-error"
    close_code: ClassVar[int] = 4400


class MalformedMessage(PeerError):
    """A message that is neither JSON nor a known binary format."""

    code = "malformed-message"
    close_code = 4400


class UnknownMessageType(PeerError):
    """A JSON message whose ``type`` this side does not take."""

    code = "unknown-message-type"
    close_code = 4401


class InvalidField(PeerError):
    """A message with a field that is missing, of the wrong type or out of range."""

    code = "invalid-field"
    close_code = 4402


class WrongSecret(PeerError):
    """The session's secret is missing or wrong."""

    code = "wrong-secret"
    close_code = 4403


class UnknownSession(PeerError):
    """No session of that id."""

    code = "unknown-session"
    close_code = 4404


class WrongSubprotocol(PeerError):
    """The handshake did not offer the subprotocol of this path."""

    code = "wrong-subprotocol"
    close_code = 4406


class ReaderStalled(PeerError):
    """A reader that granted no credit for too long while frames were waiting; it may come back."""

    code = "reader-stalled"
    close_code = 4408


class SessionTaken(PeerError):
    """Another client, or another connection of the same one, has this session."""

    code = "session-taken"
    close_code = 4409


class OutOfOrder(PeerError):
    """A message that the session's state does not allow."""

    code = "out-of-order"
    close_code = 4410


class UnknownClassifier(PeerError):
    """A classifier that nobody offers."""

    code = "unknown-classifier"
    close_code = 4411


class MalformedFrames(PeerError):
    """A frame message with a bad magic, version, shape or length."""

    code = "malformed-frames"
    close_code = 4412


class NeverSent(PeerError):
    """Results for frames that were never sent."""

    code = "never-sent"
    close_code = 4413


class ConflictingResult(PeerError):
    """A result for a frame that has another one already."""

    code = "conflicting-result"
    close_code = 4414


class InvalidReport(PeerError):
    """A report that its JSON Schema refuses."""

    code = "invalid-report"
    close_code = 4415


class TooMany(PeerError):
    """More connections, sessions or requests than one client may have; later may be better."""

    code = "too-many"
    close_code = 4429
