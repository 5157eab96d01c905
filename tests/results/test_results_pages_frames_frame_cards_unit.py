"""results.pages.frames.frame_cards: what a wall says of each frame."""

import pytest

from results.pages.frames import TOP_K, frame_cards
from tests.results.conftest import (
    CLASS_NAMES,
    make_batch,
    make_dataset,
    make_predictions,
    make_session,
)

pytestmark = pytest.mark.django_db


def test_says_what_was_predicted_and_whether_it_is_right() -> None:
    session = make_session()
    stored = make_predictions(session, make_batch(3, class_ids=[1, 2, 3]), [1, 0, None])
    cards = frame_cards(session, stored)
    assert [card.is_right for card in cards] == [True, False, None]
    assert [card.label_name for card in cards] == [CLASS_NAMES[1], CLASS_NAMES[0], None]
    assert cards[0].class_name == CLASS_NAMES[1]
    assert len(cards[0].top) == TOP_K
    first, second, third = cards[0].top
    assert first.label == CLASS_NAMES[1]
    assert first.value == pytest.approx(cards[0].confidence)
    assert first.length == pytest.approx(100 * cards[0].confidence, abs=0.01)
    assert first.length >= second.length >= third.length


def test_labels_have_the_names_of_the_dataset() -> None:
    session = make_session(dataset=make_dataset(class_names=["eins", "zwei"]))
    cards = frame_cards(session, make_predictions(session, make_batch(1, class_ids=[0]), [1]))
    assert (cards[0].class_name, cards[0].label_name) == (CLASS_NAMES[0], "zwei")
