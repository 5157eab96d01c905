"""results.pages.comparison.in_words: the verdict for people."""

import pytest

from results.comparing.comparison import Verdict, mcnemar_p_value
from results.pages.comparison import in_words


def _verdict(one: int, other: int, *, frames: int = 200, labelled: int = 200) -> Verdict:
    rest = labelled - one - other
    return Verdict(
        frames, labelled, frames - one - other, rest, one, other, 0, 0, mcnemar_p_value(one, other)
    )


@pytest.mark.parametrize(
    ("verdict", "headline", "part"),
    [
        pytest.param(
            _verdict(26, 61),
            "B, new, is better",
            "Of the 87 frames that only one of them got right, A got 26 and B got 61. Two equally "
            "good classifiers would differ this much in one of 4 470 such comparisons "
            "(McNemar’s exact test, p = 0.00022).",
            id="B",
        ),
        pytest.param(_verdict(9, 1), "A, old, is better", "A got 9 and B got 1", id="A"),
        pytest.param(
            _verdict(0, 60),
            "B, new, is better",
            "in less than one of a million such comparisons (McNemar’s exact test, p < 0.000001)",
            id="hardly by chance",
        ),
        pytest.param(
            _verdict(14, 16),
            "No difference beyond chance",
            "at least this much in 86 of 100 such comparisons (McNemar’s exact test, p = 0.86)",
            id="chance",
        ),
        pytest.param(
            _verdict(0, 1),
            "No difference beyond chance",
            "Of the 1 frame that only",
            id="one frame",
        ),
        pytest.param(_verdict(0, 0), "No difference", "got right as well", id="the same"),
        pytest.param(
            _verdict(0, 0, labelled=0), "No labels, so no verdict", "agree", id="no labels"
        ),
        pytest.param(
            _verdict(0, 0, frames=0, labelled=0), "Nothing to compare yet", "both", id="none"
        ),
    ],
)
def test_says_who_is_better_and_how_likely_that_is_chance(
    verdict: Verdict, headline: str, part: str
) -> None:
    found, reason = in_words(verdict, "old", "new")
    assert found == headline
    assert part in reason.replace("\u202f", " ")
