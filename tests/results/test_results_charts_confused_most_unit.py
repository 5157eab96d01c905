"""results.charts.confused_most: the wrong cells that matter."""

from results.charts import confused_most, heat


def test_gives_the_largest_wrong_cells_first_and_no_empty_ones() -> None:
    cells = heat([[50, 2, 0], [7, 60, 1], [0, 0, 9]])
    assert [(cell.label_id, cell.class_id, cell.count) for cell in confused_most(cells)] == [
        (1, 0, 7),
        (0, 1, 2),
        (1, 2, 1),
    ]


def test_gives_as_many_as_asked_for() -> None:
    assert len(confused_most(heat([[0, 2], [7, 0]]), count=1)) == 1
