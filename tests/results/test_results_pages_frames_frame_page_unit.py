"""results.pages.frames.frame_page: one frame in full."""

import numpy as np
import pytest

from results.blocks import Criteria
from results.errors import FrameUnavailable
from results.ledger import Loss
from results.lifecycle import SessionState
from results.pages.frames import FrameLoss, frame_page
from results.search import Order, PredictionSearch
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def test_shows_every_class_and_the_frames_beside_it() -> None:
    session = make_session()
    batch = make_batch(3)
    make_predictions(session, batch, [4, 5, None])
    page = frame_page(session, 1, None)
    assert page.card is not None
    assert [one.value for one in page.bars] == batch.probabilities[1].tolist()
    assert (page.class_id, page.label_id) == (batch.class_ids[1], 5)
    assert (page.previous, page.following, page.next_of_these) == (0, 2, None)


def test_the_first_and_the_last_have_one_neighbour() -> None:
    session = make_session()
    assert (frame_page(session, 0, None).previous, frame_page(session, 99, None).following) == (
        None,
        None,
    )


def test_the_next_that_fits_comes_in_the_order_of_the_wall() -> None:
    session = make_session()
    batch = make_batch(20)
    make_predictions(session, batch, [0] * 20)
    ranked = np.lexsort((batch.sequences, -batch.confidences)).tolist()
    ranked = [index for index in ranked if batch.class_ids[index] != 0]
    search = PredictionSearch(session, Criteria(right=False), Order.MOST_SURE)
    for index, following in zip(ranked, [*ranked[1:], None], strict=True):
        assert frame_page(session, index, search).next_of_these == following


@pytest.mark.parametrize(
    ("sequence", "loss"),
    [
        pytest.param(30, FrameLoss("lost", "cut"), id="lost"),
        pytest.param(59, FrameLoss("dropped", "overload"), id="dropped"),
        pytest.param(60, FrameLoss("unsent", "browser"), id="unsent"),
        pytest.param(40, None, id="nobody knows"),
    ],
)
def test_a_frame_without_a_prediction_says_what_the_ledger_says(
    sequence: int, loss: FrameLoss | None
) -> None:
    session = make_session(
        SessionState.STOPPED,
        sent=60,
        losses={
            "unsent": [Loss("browser", ((60, 99),)).as_dict()],
            "lost": [Loss("cut", ((10, 12), (30, 30))).as_dict()],
            "dropped": [Loss("overload", ((50, 59),)).as_dict()],
        },
    )
    page = frame_page(session, sequence, None)
    assert (page.card, page.loss, page.is_sent) == (None, loss, sequence < 60)


@pytest.mark.parametrize("sequence", [100, 10**30])
def test_there_is_no_frame_beyond_those_announced(sequence: int) -> None:
    with pytest.raises(FrameUnavailable, match="it announced 100"):
        frame_page(make_session(), sequence, None)
