"""results.services.seal_blocks: what cannot change any more is packed."""

from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from results.blocks import BLOCK_FRAMES, unpack
from results.lifecycle import SessionState
from results.models import Prediction, PredictionBlock, Session
from results.services import seal_blocks
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db

SENT = 3 * BLOCK_FRAMES


def _numbers(session: Session) -> list[int]:
    return list(PredictionBlock.objects.filter(session=session).values_list("number", flat=True))


def test_everything_of_a_session_that_is_over() -> None:
    session = make_session(SessionState.COMPLETED, announced=SENT)
    batch = make_batch(5, start=2 * BLOCK_FRAMES)
    make_predictions(session, make_batch(3, start=7), [1, None, 2])
    make_predictions(session, batch, [4] * 5)
    assert seal_blocks() == 2
    session.refresh_from_db()
    assert _numbers(session) == [0, 2]
    assert session.sealed >= session.sent
    first, last = PredictionBlock.objects.filter(session=session)
    assert unpack(first.content)["offset"].tolist() == [7, 8, 9]
    assert sum(frames for _, _, frames in first.tally) == 3
    rows = unpack(last.content)
    assert np.array_equal(rows["class_id"], batch.class_ids)
    assert np.array_equal(rows["confidence"], batch.confidences)
    assert seal_blocks() == 0


def test_a_session_that_is_over_and_ends_with_a_gap_is_done_with() -> None:
    session = make_session(SessionState.FAILED, announced=SENT)
    make_predictions(session, make_batch(3))
    assert (seal_blocks(), seal_blocks()) == (1, 0)
    session.refresh_from_db()
    assert session.sealed == session.sent == SENT


def test_of_a_session_that_runs_only_blocks_that_lack_no_frame() -> None:
    session = make_session(announced=SENT)
    rows = make_predictions(session, make_batch(BLOCK_FRAMES + 5))
    Prediction.objects.filter(pk=rows[100].pk).delete()
    assert seal_blocks() == 0
    rows[100].save(force_insert=True)
    assert seal_blocks() == 1
    session.refresh_from_db()
    assert session.sealed == BLOCK_FRAMES
    assert _numbers(session) == [0]
    # A block is read in pieces, of which each frame comes once.
    content = PredictionBlock.objects.get(session=session).content
    assert unpack(content)["offset"].tolist() == list(range(BLOCK_FRAMES))
    assert seal_blocks() == 0


def test_nothing_of_a_session_that_is_pruned() -> None:
    session = make_session(SessionState.COMPLETED, pruned_at=timezone.now())
    make_predictions(session, make_batch(3))
    assert seal_blocks() == 0


def test_begins_nothing_when_its_time_is_up() -> None:
    session = make_session(SessionState.COMPLETED)
    make_predictions(session, make_batch(3))
    assert seal_blocks(within=timedelta(0)) == 0
    assert seal_blocks() == 1
