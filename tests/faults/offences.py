"""What a peer may do wrong on a socket, and the close code that the protocol answers it with."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from streaming.errors import OutOfOrder, PeerError
from streaming.messages import (
    FRAMES_CLIENT_TYPES,
    MAX_TEXT_BYTES,
    SESSION_CLIENT_TYPES,
    decode_message,
)
from streaming.predictions import decode_predictions, encode_predictions
from tests.faults.fuzz import mutated_bytes, mutated_json
from tests.faults.messages import VALID_TEXTS
from tests.streaming.peers import predictions_of

Socket = Literal["session", "frames"]

BROKEN_FRAMING = 1002
NOT_UTF8 = 1007
TOO_LARGE = 1009
# Before a session is opened, or frames are attached, these are valid and out of order.
_TOO_EARLY = {
    "session": ("recall", "ready", "progress", "stop", "submit", "done"),
    "frames": ("credit",),
}
_TYPES: dict[Socket, dict[str, type[Struct]]] = {
    "session": SESSION_CLIENT_TYPES,
    "frames": FRAMES_CLIENT_TYPES,
}


@dataclass(frozen=True, slots=True)
class Offence:
    """One message that has to be refused.

    Attributes:
        content: The payload.
        form: As which frame it is sent; ``raw`` is none, but bytes that look like one.
        close_code: What the socket has to be closed with.
    """

    content: bytes
    form: Literal["text", "binary", "raw"]
    close_code: int


def draw_offence(draw: random.Random, socket: Socket) -> Offence:
    """Something that a fresh socket of this kind must refuse."""
    makers: dict[Callable[[random.Random, Socket], Offence | None], float] = {
        _malformed_text: 0.67,
        _binary: 0.2,
        _too_early: 0.1,
        _broken_framing: 0.029,
        _too_large: 0.001,
    }
    while True:
        [make] = draw.choices(list(makers), list(makers.values()))
        offence = make(draw, socket)
        if offence is not None:
            return offence


def _malformed_text(draw: random.Random, socket: Socket) -> Offence | None:
    """A text that the decoder refuses, by the code of its error; None where it takes it."""
    types = _TYPES[socket]
    kind = draw.choice((*types, *types, *VALID_TEXTS))
    text = mutated_json(draw, VALID_TEXTS[kind])
    content = text.encode("utf-8", "surrogatepass")
    try:
        content.decode()
    except UnicodeDecodeError:
        return Offence(content, "text", NOT_UTF8)
    try:
        decode_message(text, types)
    except PeerError as error:
        return Offence(content, "text", error.close_code)
    return None


def _binary(draw: random.Random, socket: Socket) -> Offence:
    valid = encode_predictions(predictions_of(range(draw.randrange(1, 5))), number=1)
    content = mutated_bytes(draw, valid)
    if socket == "frames":
        return Offence(content, "binary", 4400)
    try:
        decode_predictions(content)
    except PeerError as error:
        return Offence(content, "binary", error.close_code)
    return Offence(content, "binary", OutOfOrder.close_code)


def _too_early(draw: random.Random, socket: Socket) -> Offence:
    kind = draw.choice(_TOO_EARLY[socket])
    return Offence(VALID_TEXTS[kind].encode(), "text", OutOfOrder.close_code)


def _too_large(_draw: random.Random, _socket: Socket) -> Offence:
    return Offence(b" " * (MAX_TEXT_BYTES + 1), "text", TOO_LARGE)


def _broken_framing(draw: random.Random, _socket: Socket) -> Offence:
    masked = draw.choice(
        (
            b"\xc1\x80",  # a bit that no extension has agreed on
            b"\x83\x80",  # a kind of frame that there is not
            b"\x80\x80",  # the rest of a message that has not begun
            b"\x09\x80",  # a ping in two parts
        )
    )
    unmasked = b"\x81\x02hi"
    content = draw.choice((masked + draw.randbytes(4), unmasked))
    return Offence(content, "raw", BROKEN_FRAMING)
