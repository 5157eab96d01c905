"""examples.minimal_client.classify."""

import time

import numpy as np

from examples.minimal_client import classify
from streaming.frames import encode_frames
from streaming.predictions import decode_predictions


def test_answers_a_frame_message_with_its_predictions() -> None:
    images = np.stack([np.zeros((4, 5), np.uint8), np.full((4, 5), 255, np.uint8)])
    message = encode_frames(images, first_sequence=7, sent_at_ns=time.time_ns())
    following, answer = classify(message)
    number, batch = decode_predictions(answer)
    assert (following, number) == (9, 7)
    assert batch.sequences.tolist() == [7, 8]
    assert batch.probabilities.tolist() == [[1, 0], [0, 1]]
    assert (batch.latencies_ms >= 0).all() and (batch.latencies_ms < 10_000).all()
