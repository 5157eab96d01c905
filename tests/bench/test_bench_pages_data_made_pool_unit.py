"""bench.pages_data.made_pool."""

import numpy as np

from bench.pages_data import POOL, made_pool
from results.batches import check_batch


def test_holds_probabilities_that_a_server_takes() -> None:
    pool = made_pool()
    check_batch(pool.drawn(4096, place=0)[0], class_count=10)
    assert len(pool.batch) == POOL
    assert (pool.batch.latencies_ms > 0).all()


def test_a_session_draws_from_its_own_place_around_the_end() -> None:
    pool = made_pool()
    batch, labels = pool.drawn(5, place=POOL - 2)
    assert batch.sequences.tolist() == [0, 1, 2, 3, 4]
    assert labels.tolist() == [*pool.labels[-2:].tolist(), *pool.labels[:3].tolist()]
    assert np.array_equal(batch.probabilities[2], pool.batch.probabilities[0])
