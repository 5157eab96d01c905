"""results.charts.heat: the cells of a confusion matrix."""

from results.charts import HEAT_LEVELS, heat


def test_levels_follow_the_share_of_the_label() -> None:
    first, second = heat([[9, 1], [0, 10]])
    assert [cell.share for cell in first] == [0.9, 0.1]
    assert second[1].level == HEAT_LEVELS
    assert first[0].level > first[1].level > second[0].level == 0


def test_any_count_shows_and_the_diagonal_is_right() -> None:
    rows = heat([[9999, 1], [0, 0]])
    assert rows[0][1].level == 1
    assert [cell.is_right for cell in rows[0]] == [True, False]


def test_a_label_without_frames_has_no_share() -> None:
    assert [cell.share for cell in heat([[0]])[0]] == [None]
