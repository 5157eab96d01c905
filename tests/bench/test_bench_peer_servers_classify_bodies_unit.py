"""bench.peer_servers.classify_bodies."""

import numpy as np
import pytest

from bench.peer_servers import classify_bodies
from tests.analysis.live_fakes import FakeClassifier, pictures


def test_each_body_has_a_row_for_each_of_its_pictures() -> None:
    images = pictures(6)
    bodies = [images[:1].tobytes(), images[1:4].tobytes(), images[4:].tobytes()]
    classifier = FakeClassifier()
    answers = classify_bodies(classifier, bodies)
    assert [len(rows) for rows in answers] == [1, 3, 2]
    rows = [row for each in answers for row in each]
    assert np.argmax(rows, axis=1).tolist() == [0, 1, 2, 0, 1, 2]
    assert classifier.batches == [6]


def test_refuses_a_body_that_is_no_whole_picture() -> None:
    with pytest.raises(ValueError, match="cannot reshape"):
        classify_bodies(FakeClassifier(), [bytes(81)])
