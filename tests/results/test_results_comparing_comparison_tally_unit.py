"""Two classifiers are compared frame by frame, whole or in pieces."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score

from results.comparing.comparison import Pair, Tally, Verdict, compare, mcnemar_p_value

RNG = np.random.default_rng(5)
LABELS = RNG.integers(-1, 4, size=300)
FIRST = RNG.integers(0, 4, size=300)
SECOND = np.where(RNG.random(300) < 0.6, FIRST, RNG.integers(0, 4, size=300))


def _pair(part: slice = slice(None)) -> Pair:
    sequences = np.arange(300, dtype=np.uint64)
    return Pair(sequences[part], FIRST[part], SECOND[part], LABELS[part])


def test_counts_what_each_got_right() -> None:
    tally = Tally()
    tally.add(_pair())
    found = tally.verdict
    known = LABELS >= 0
    assert found.frames == 300 and found.labelled == known.sum()
    assert found.agreeing == (FIRST == SECOND).sum()
    cells = found.both_right + found.only_first_right + found.only_second_right + found.none_right
    assert cells == found.labelled
    assert found.only_first_right == (known & (FIRST == LABELS) & (SECOND != LABELS)).sum()
    wrong = known & (FIRST != LABELS) & (SECOND != LABELS)
    assert (found.none_right, found.wrong_differently) == (
        wrong.sum(),
        (wrong & (FIRST != SECOND)).sum(),
    )
    assert found.first_accuracy == accuracy_score(LABELS[known], FIRST[known])
    assert found.second_accuracy == accuracy_score(LABELS[known], SECOND[known])
    assert found.p_value == mcnemar_p_value(found.only_first_right, found.only_second_right)


def test_pieces_add_up_to_the_whole() -> None:
    pieces = [_pair(slice(start, start + 70)) for start in range(0, 300, 70)]
    assert compare(pieces) == compare([_pair()])


def test_says_which_frames_were_flipped() -> None:
    assert _pair().flipped.tolist() == (FIRST != SECOND).tolist()


def test_has_no_accuracy_without_labels() -> None:
    pair = Pair(np.arange(2, dtype=np.uint64), FIRST[:2], SECOND[:2], np.array([-1, -1]))
    found = compare([pair])
    assert (found.labelled, found.first_accuracy, found.p_value) == (0, None, None)


def test_gives_an_empty_verdict_for_nothing() -> None:
    assert compare([]) == Verdict(0, 0, 0, 0, 0, 0, 0, 0, None)


def test_prefers_neither() -> None:
    swapped = Pair(_pair().sequences, SECOND, FIRST, LABELS)
    one, other = compare([_pair()]), compare([swapped])
    assert (one.only_first_right, one.only_second_right) == (
        other.only_second_right,
        other.only_first_right,
    )
    assert one.p_value == pytest.approx(other.p_value)


@pytest.mark.parametrize(
    ("first", "second", "better"),
    [
        pytest.param([1] * 10, [0] * 10, "first", id="the first got all"),
        pytest.param([0] * 10, [1] * 10, "second", id="the second got all"),
        pytest.param([1] * 3 + [0] * 7, [0] * 3 + [1] * 7, None, id="that can be chance"),
        pytest.param([1] * 10, [1] * 10, None, id="no difference"),
    ],
)
def test_says_which_is_better_only_beyond_chance(
    first: list[int], second: list[int], better: str | None
) -> None:
    sequences, labels = np.arange(10, dtype=np.uint64), np.ones(10, dtype=np.int64)
    found = compare([Pair(sequences, np.array(first), np.array(second), labels)])
    assert found.better == better
    assert found.flipped == sum(a != b for a, b in zip(first, second, strict=True))
    assert found.agreement == 1 - found.flipped / 10
