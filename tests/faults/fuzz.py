"""Malformed input by the million: valid messages with something wrong, and plain noise."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Content = TypeVar("Content")
Raw = TypeVar("Raw", str, bytes)

# What decoders stumble over: borders of integers, of the formats' limits and of ASCII.
_WORDS = tuple(
    value.to_bytes(size, "little", signed=value < 0)
    for size in (1, 2, 4, 8)
    for value in (0, 1, -1, 127, 128, 255, 4096, 4097, 2**31 - 1, 2**31, 2**63 - 1, 2**63)
    if -(2 ** (8 * size - 1)) <= value < 2 ** (8 * size)
)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 1.5, -0.0, 1e308, 2**31, 2**62, 2**62 + 1, 2**63, 2**64, 10**40),
    *("", "\0", "\ud800", "nul", "opened", "-1", "0" * 64, "ab" * 32, "x" * 5000, "\u202e"),
    *([], {}, [[]], [0] * 100, {"type": "open"}, [None], {"": {}}, float("nan"), float("inf")),
)
_TEXTS = (
    *("", "{", "}", "[]", "null", '"', "\\", "\\u0000", "\\ud800", "\ufeff", "\0", ",", ":"),
    *("1e999", "-0", "0x1", "NaN", "Infinity", "00", '"type"', '"type":"open"', "[" * 3000),
)


def mutated_bytes(draw: random.Random, message: bytes, other: bytes = b"") -> bytes:
    """The message with one to three things wrong; now and then nothing but noise."""
    if draw.random() < 0.02:
        return draw.randbytes(draw.randrange(200))
    changed = bytearray(message)
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        at = draw.randrange(len(changed) + 1)
        match draw.randrange(7):
            case 0 if at < len(changed):
                changed[at] ^= 1 << draw.randrange(8)
            case 1:
                word = draw.choice(_WORDS)
                changed[at : at + len(word)] = word
            case 2:
                del changed[at:]
            case 3:
                changed[at:at] = draw.randbytes(draw.randrange(1, 20))
            case 4:
                del changed[at : at + draw.randrange(1, 20)]
            case 5:
                changed[at:] = other[at:]
            case _:
                changed += changed[at:]
    return bytes(changed)


def mutated_json(draw: random.Random, message: str) -> str:
    """The JSON text of a message with something wrong in a value, in its keys or in its syntax."""
    kind = draw.randrange(4)
    if kind == 0:
        # Each byte as the character of its number: a decoder is given text, whatever came.
        return mutated_bytes(draw, message.encode()).decode("latin-1")
    if kind == 1:
        at = draw.randrange(len(message) + 1)
        return message[:at] + draw.choice(_TEXTS) + message[at + draw.randrange(4) :]
    content = json.loads(message)
    place = content
    while isinstance(place, dict | list) and place:
        keys = list(place) if isinstance(place, dict) else range(len(place))
        key = draw.choice(keys)
        if draw.random() < 0.6 or not isinstance(place[key], dict | list) or not place[key]:
            _spoil(draw, place, key)
            break
        place = place[key]
    return json.dumps(content, ensure_ascii=draw.random() < 0.5)


def _spoil(draw: random.Random, place: Any, key: Any) -> None:
    match draw.randrange(4):
        case 0:
            del place[key]
        case 1 if isinstance(place, dict):
            place[draw.choice(("", "x", "type", "count", "\ud800", "card"))] = place.pop(key)
        case _:
            place[key] = draw.choice(_VALUES)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many inputs were refused as documented, and how many were valid all the same."""

    refused: int
    taken: int


def fuzz_decoder(
    decode: Callable[[Raw], Content],
    mutate: Callable[[random.Random, Raw], Raw],
    *,
    valid: Sequence[Raw],
    refusals: tuple[type[Exception], ...],
    check: Callable[[Raw, Content], None],
    count: int,
    seed: int,
) -> Outcome:
    """Decode malformed messages; whatever is not a documented error is raised.

    Args:
        decode: The decoder.
        mutate: Makes a malformed message of a valid one.
        valid: Valid messages.
        refusals: The documented errors.
        check: Called with each message that was taken, and what it was taken for.
        count: How many messages.
        seed: Each seed gives the same messages.

    Raises:
        AssertionError: the decoder raised something else; the message has the input.
    """
    draw = random.Random(seed)
    refused = 0
    for _ in range(count):
        message = mutate(draw, draw.choice(valid))
        try:
            content = decode(message)
        except refusals:
            refused += 1
        except Exception as error:
            raise AssertionError(f"{type(error).__name__} came of {message!r}") from error
        else:
            check(message, content)
    return Outcome(refused=refused, taken=count - refused)
