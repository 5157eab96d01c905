"""What became of a batch."""

from results.services import StoredBatch


def test_holds_its_counts() -> None:
    stored = StoredBatch(stored=2, repeated=1, total=9)
    assert (stored.stored, stored.repeated, stored.total) == (2, 1, 9)
