"""results.blocks.class_counts_of."""

from results.blocks import class_counts_of


def test_adds_up_what_was_said_with_and_without_a_label() -> None:
    assert class_counts_of([(0, 1, 3), (None, 1, 5), (1, 0, 2)], 3) == [2, 8, 0]
