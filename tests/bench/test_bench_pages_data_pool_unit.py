"""bench.pages_data.Pool."""

from bench.pages_data import POOL, made_pool


def test_gives_more_than_it_has_by_beginning_again() -> None:
    batch, labels = made_pool().drawn(POOL + 1, place=7)
    assert len(batch) == len(labels) == POOL + 1
    assert batch.class_ids[0] == batch.class_ids[-1]
