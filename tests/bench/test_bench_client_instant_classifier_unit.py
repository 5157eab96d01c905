"""A classifier that costs nothing, and whose answers are as good as any."""

import numpy as np

from bench.client import InstantClassifier
from results.batches import PredictionBatch, check_batch


def test_answers_with_probabilities_that_a_server_takes() -> None:
    classifier = InstantClassifier(("a", "b", "c"), (4, 5))
    probabilities = classifier.predict(np.zeros((300, 4, 5), dtype=np.uint8))
    batch = PredictionBatch(
        np.arange(300, dtype=np.uint64), probabilities, np.ones(300, dtype=np.float32)
    )
    check_batch(batch, class_count=3)
    assert set(batch.class_ids.tolist()) == {0, 1, 2}
    assert len(np.unique(batch.confidences)) > 250


def test_has_a_card_for_the_stream() -> None:
    card = InstantClassifier(("a", "b"), (4, 5)).card
    assert card.input.image_shape == (4, 5)
    assert card.class_names == ("a", "b")
