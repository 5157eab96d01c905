"""The JSON messages of both sockets, typed, and the one place that reads them (pure).

``docs/reference/protocol.md`` says who sends what when; the AsyncAPI document beside it has the
same fields. A field that is unknown is passed over, so that a later version can add some.
"""

import re
from functools import cache
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from streaming.errors import InvalidField, MalformedMessage, UnknownMessageType

SESSION_SUBPROTOCOL = "fashionsite.session.v1"
FRAMES_SUBPROTOCOL = "fashionsite.frames.v1"
SESSION_PATH = "/ws/sessions/"
# A report with its ten sample pictures takes some 100 kB; this leaves room for many classes.
MAX_TEXT_BYTES = 4 * 1024 * 1024

# Counts end up in a signed 64-bit column of the database.
Count = Annotated[int, Meta(ge=0, le=2**62)]
Positive = Annotated[int, Meta(ge=1, le=2**62)]
Rate = Annotated[float, Meta(ge=0, le=1_000_000)]
# Such texts are logged: a line's end in them would forge a line, a terminal's control do worse.
_ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*(?![\s\S])"
Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=_ONE_LINE)]
# The length as well, since $ lets a line's end follow.
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
DatasetName = Annotated[str, Meta(min_length=1, max_length=200, pattern=_ONE_LINE)]
Secret = Annotated[str, Meta(max_length=200)]
ClassNames = Annotated[list[Name], Meta(min_length=1, max_length=4096)]


class ClassifierInfo(Struct, frozen=True, kw_only=True):
    """Which classifier a client brings; ``sha256`` is of its weights."""

    name: Name
    sha256: Sha256
    class_names: ClassNames
    parameter_count: Count = 0
    card: dict[str, Any] = {}


class ClientInfo(Struct, frozen=True, kw_only=True):
    """Who the client says it is."""

    name: Name
    version: Annotated[str, Meta(max_length=50, pattern=_ONE_LINE)] = ""


class DatasetInfo(Struct, frozen=True, kw_only=True):
    """What is streamed. Labels never travel."""

    name: str
    sha256: str
    height: int
    width: int
    channels: int


# --- session socket, from the client ---


class Open(Struct, frozen=True, kw_only=True, tag="open"):
    """Ask for a session now.

    Without ``count``: every frame from ``offset`` on. Without ``fps``: the server's own rate.
    Without ``dataset``: the one that is served now; else another that was, by its hash or name.
    With ``repeats``: just the frames that this session streamed, under the same sequences; then
    ``count``, ``offset`` and ``dataset`` are left out.
    """

    classifier: ClassifierInfo
    client: ClientInfo
    count: Positive | None = None
    fps: Rate | None = None
    offset: Count = 0
    dataset: DatasetName | None = None
    repeats: UUID | None = None


class Resume(Struct, frozen=True, kw_only=True, tag="resume"):
    """Take up a session again whose connection broke, or whose client died.

    It moves to this socket from any other. One that is over can be resumed to give its report.
    """

    session: UUID
    secret: Secret
    client: ClientInfo


class Recall(Struct, frozen=True, kw_only=True, tag="recall"):
    """Ask for stored predictions of a sequence of ``first`` or more, as many as a message holds.

    For a client that has lost its memory of them and wants to report all the same.
    """

    first: Count


class Follow(Struct, frozen=True, kw_only=True, tag="follow"):
    """Offer to run the sessions that others ask for, one after the other."""

    classifiers: Annotated[list[ClassifierInfo], Meta(min_length=1, max_length=100)]
    client: ClientInfo


class Ready(Struct, frozen=True, kw_only=True, tag="ready"):
    """This side is ready for the first frame. The client says it first, then the server."""


class Progress(Struct, frozen=True, kw_only=True, tag="progress"):
    """The client's counts so far."""

    received: Count
    analysed: Count


class Stop(Struct, frozen=True, kw_only=True, tag="stop"):
    """End the stream now; frames not yet sent stay unsent."""

    reason: Annotated[str, Meta(max_length=50, pattern=_ONE_LINE)] = "client"


class Submit(Struct, frozen=True, kw_only=True, tag="submit"):
    """The final results, by the report's JSON Schema."""

    report: dict[str, Any]


class Done(Struct, frozen=True, kw_only=True, tag="done"):
    """Every prediction is sent, and there is no report: the account is what is stored."""


# --- session socket, from the server ---


class Following(Struct, frozen=True, kw_only=True, tag="following"):
    """The offer was taken; sessions come as ``opened``."""

    worker: UUID


class Opened(Struct, frozen=True, kw_only=True, tag="opened"):
    """A session is this client's.

    ``frames_path`` is where its frames are fetched, on ``frames_port`` and with ``secret``;
    ``window`` is how many frames may be in flight, and so the most credit that can be granted
    beyond what was received.
    """

    session: UUID
    secret: str
    frames_port: int
    frames_path: str
    classifier: str
    announced: int
    fps: float
    offset: int
    window: int
    dataset: DatasetInfo


class Resumed(Struct, frozen=True, kw_only=True, tag="resumed"):
    """A session is this client's again; the frames socket is attached anew with its ``next``.

    Attributes:
        state: ``opened`` still wants both sides' readiness; ``running`` and ``finishing`` go on;
            any other is over, and the report may be given again to learn what became of it.
        sent: Frames sent so far.
        stored: Predictions stored so far.
    """

    session: UUID
    state: str
    sent: int
    stored: int


class Recalled(Struct, frozen=True, kw_only=True, tag="recalled"):
    """No prediction is stored from the sequence on that was asked for.

    Where there are some, they are the answer instead: a binary message as a client sends them.
    """

    session: UUID


class Ended(Struct, frozen=True, kw_only=True, tag="ended"):
    """The last frame was sent. ``reason`` is ``complete`` or why the rest stays unsent."""

    session: UUID
    sent: int
    unsent: int
    reason: str


class Ack(Struct, frozen=True, kw_only=True, tag="ack"):
    """A batch of predictions is committed: ``stored`` new, ``repeated`` known, ``total`` in all."""

    batch: int
    stored: int
    repeated: int
    total: int


class Accepted(Struct, frozen=True, kw_only=True, tag="accepted"):
    """The session is over and its report committed.

    ``discrepancies`` are what recomputing gave otherwise; without a report nothing is verified.
    """

    session: UUID
    state: str
    verified: bool
    discrepancies: list[str]
    ledger: dict[str, Any]
    page: str


class Error(Struct, frozen=True, kw_only=True, tag="error"):
    """What went wrong, before the socket is closed with ``close_code``; kept open where it is 0."""

    code: str
    detail: str
    close_code: int = 0


# --- frames socket ---


class Attach(Struct, frozen=True, kw_only=True, tag="attach"):
    """The client's first message on the frames socket.

    ``next`` is the first sequence that it has not received: 0 at first, later where a connection
    broke. The session's frames move to this socket from any other.
    """

    secret: Secret
    next: Count = 0


class Attached(Struct, frozen=True, kw_only=True, tag="attached"):
    """The server's answer: this socket carries the session's frames from ``next`` on."""

    session: UUID
    next: int = 0


class Credit(Struct, frozen=True, kw_only=True, tag="credit"):
    """Frames of a sequence below ``until`` may be sent. Credit only grows."""

    until: Count


SessionClientMessage = Open | Resume | Recall | Follow | Ready | Progress | Stop | Submit | Done
SessionServerMessage = (
    Following | Opened | Resumed | Recalled | Ready | Ended | Ack | Accepted | Error
)
FramesClientMessage = Attach | Credit
FramesServerMessage = Attached | Ended | Error
Message = SessionClientMessage | SessionServerMessage | FramesClientMessage | FramesServerMessage

SESSION_CLIENT_TYPES: dict[str, type[Struct]] = {
    "open": Open,
    "resume": Resume,
    "recall": Recall,
    "follow": Follow,
    "ready": Ready,
    "progress": Progress,
    "stop": Stop,
    "submit": Submit,
    "done": Done,
}
SESSION_SERVER_TYPES: dict[str, type[Struct]] = {
    "following": Following,
    "opened": Opened,
    "resumed": Resumed,
    "recalled": Recalled,
    "ready": Ready,
    "ended": Ended,
    "ack": Ack,
    "accepted": Accepted,
    "error": Error,
}
FRAMES_CLIENT_TYPES: dict[str, type[Struct]] = {"attach": Attach, "credit": Credit}
FRAMES_SERVER_TYPES: dict[str, type[Struct]] = {
    "attached": Attached,
    "ended": Ended,
    "error": Error,
}


# JSON can write a NUL in this one way; before it, backslashes may only stand in pairs.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class _AnyMessage(Struct):
    type: str


_any_message = msgspec.json.Decoder(_AnyMessage)
_encoder = msgspec.json.Encoder()


@cache
def _decoder(structure: type[Struct]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(structure)


def encode_message(message: Message) -> str:
    """The JSON text of a message, with its ``type``."""
    return _encoder.encode(message).decode()


def decode_message(text: str, types: dict[str, type[Struct]]) -> Any:
    """The message in a text, one of ``types``.

    Args:
        text: What came over the socket.
        types: Name of each type that is taken here, with its structure.

    Raises:
        MalformedMessage: not JSON, not an object, or longer than the limit.
        UnknownMessageType: an object whose ``type`` is none of ``types``.
        InvalidField: a field missing, of the wrong type or out of range; the message names it.
            Also a text with a NUL, which not every database takes.
    """
    if len(text) > MAX_TEXT_BYTES:
        raise MalformedMessage(
            f"a message has at most {MAX_TEXT_BYTES} characters, got {len(text)}"
        )
    try:
        name = _any_message.decode(text).type
    except msgspec.ValidationError as error:
        raise InvalidField(f"a message is a JSON object with a type: {error}") from error
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise MalformedMessage(f"a message is a JSON object, but: {error}") from error
    structure = types.get(name)
    if structure is None:
        raise UnknownMessageType(
            f"type must be one of {', '.join(sorted(types))}, got {name[:50]!r}"
        )
    if _NUL.search(text):
        raise InvalidField(f"{name}: no text may hold a NUL character")
    try:
        return _decoder(structure).decode(text)
    except msgspec.ValidationError as error:
        raise InvalidField(f"{name}: {error}") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise MalformedMessage(f"{name}: {error}") from error
