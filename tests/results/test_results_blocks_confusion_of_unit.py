"""results.blocks.confusion_of."""

from results.blocks import confusion_of


def test_adds_up_pairs_and_leaves_out_what_has_no_label() -> None:
    cells = [(0, 1, 3), (None, 1, 5), (0, 1, 4), (1, 1, 2)]
    assert confusion_of(cells, 2).tolist() == [[0, 7], [0, 2]]
    assert confusion_of([], 2).tolist() == [[0, 0], [0, 0]]
