"""results.pages.comparison.flip_card: a flipped frame as the wall shows it."""

import pytest

from results.comparing.flips import FlipSearch
from results.comparing.pairing import pair_sessions
from results.pages.comparison import FlipCard, flip_card
from tests.results.pairs import make_pair

pytestmark = pytest.mark.django_db


def _cards(labels: list[int | None]) -> list[FlipCard]:
    pair = pair_sessions(*make_pair([1, 2], [2, 3], labels))
    return [flip_card(row, pair) for row in FlipSearch(pair).page(10).rows]


def test_names_what_each_said_and_who_is_right() -> None:
    first, second = _cards([1, None])
    assert (first.label_name, first.first.class_name) == ("Trouser", "Trouser")
    assert (first.first.is_right, first.second.is_right) == (True, False)
    assert (second.label_name, second.first.is_right, second.second.is_right) == (None, None, None)
    assert (second.second.class_name, second.sequence) == ("Dress", 1)
