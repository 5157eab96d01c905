"""The pure decoders, given what no honest peer sends: only their documented errors come out."""

import random
from typing import Any

import numpy as np
import pytest
from msgspec import Struct

from results.batches import PredictionBatch
from streaming.errors import InvalidField, MalformedFrames, MalformedMessage, UnknownMessageType
from streaming.frames import FrameMessage, decode_frames, encode_frames
from streaming.messages import (
    FRAMES_CLIENT_TYPES,
    FRAMES_SERVER_TYPES,
    SESSION_CLIENT_TYPES,
    SESSION_SERVER_TYPES,
    decode_message,
    encode_message,
)
from streaming.predictions import decode_predictions, encode_predictions
from tests.faults.figures import Figures
from tests.faults.fuzz import fuzz_decoder, mutated_bytes, mutated_json
from tests.faults.messages import VALID_TEXTS
from tests.faults.scale import scaled
from tests.streaming.peers import predictions_of

INPUTS = scaled(20_000, 1_000_000)
SEED = 4


def test_frames_decode_to_themselves_or_are_refused(figures: Figures) -> None:
    rng = np.random.default_rng(SEED)
    shapes = ((1, 28, 28), (3, 2, 5), (2, 4, 4, 3))
    valid = [
        encode_frames(
            rng.integers(0, 256, shape, dtype=np.uint8), first_sequence=index, sent_at_ns=index
        )
        for index, shape in enumerate(shapes)
    ]

    def same(message: bytes, frames: FrameMessage) -> None:
        assert message == encode_frames(
            frames.images, first_sequence=frames.first_sequence, sent_at_ns=frames.sent_at_ns
        )

    outcome = fuzz_decoder(
        decode_frames,
        lambda draw, message: mutated_bytes(draw, message, draw.choice(valid)),
        valid=valid,
        refusals=(MalformedFrames,),
        check=same,
        count=INPUTS,
        seed=SEED,
    )
    assert min(outcome.refused, outcome.taken) > INPUTS / 100
    figures.add("malformed_inputs_to_decoders", INPUTS)


def test_predictions_decode_to_themselves_or_are_refused(figures: Figures) -> None:
    valid = [encode_predictions(predictions_of(range(count)), number=count) for count in (1, 2, 20)]

    def same(message: bytes, content: tuple[int, PredictionBatch]) -> None:
        assert message == encode_predictions(content[1], number=content[0])

    outcome = fuzz_decoder(
        decode_predictions,
        lambda draw, message: mutated_bytes(draw, message, draw.choice(valid)),
        valid=valid,
        refusals=(MalformedMessage,),
        check=same,
        count=INPUTS,
        seed=SEED,
    )
    assert min(outcome.refused, outcome.taken) > INPUTS / 100
    figures.add("malformed_inputs_to_decoders", INPUTS)


@pytest.mark.parametrize(
    "types",
    [
        pytest.param(SESSION_CLIENT_TYPES, id="session socket, from clients"),
        pytest.param(SESSION_SERVER_TYPES, id="session socket, from the server"),
        pytest.param(FRAMES_CLIENT_TYPES, id="frames socket, from clients"),
        pytest.param(FRAMES_SERVER_TYPES, id="frames socket, from the server"),
    ],
)
def test_messages_decode_to_what_they_encode_or_are_refused(
    types: dict[str, type[Struct]], figures: Figures
) -> None:
    count = INPUTS // 4
    own = [text for kind, text in VALID_TEXTS.items() if kind in types]

    def stable(_message: str, content: Any) -> None:
        assert decode_message(encode_message(content), types) == content

    outcome = fuzz_decoder(
        lambda text: decode_message(text, types),
        mutated_json,
        # Those of the other ends too: they are refused by name.
        valid=[*own * 10, *VALID_TEXTS.values()],
        refusals=(MalformedMessage, UnknownMessageType, InvalidField),
        check=stable,
        count=count,
        seed=SEED,
    )
    assert min(outcome.refused, outcome.taken) > count / 100
    figures.add("malformed_inputs_to_decoders", count)


def test_names_the_input_of_an_error_that_is_not_documented() -> None:
    def decode(message: bytes) -> None:
        if message == b"bad":
            raise KeyError("undocumented")

    with pytest.raises(AssertionError, match="KeyError came of b'bad'"):
        fuzz_decoder(
            decode,
            lambda draw, message: message,
            valid=[b"good", b"bad"],
            refusals=(MalformedMessage,),
            check=lambda message, content: None,
            count=100,
            seed=SEED,
        )


def test_a_seed_gives_the_same_messages() -> None:
    text = VALID_TEXTS["open"]
    made = [[mutated_json(random.Random(seed), text) for seed in range(50)] for _ in range(2)]
    assert made[0] == made[1]
    assert len(set(made[0])) > 40
