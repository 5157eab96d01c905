"""results.search.block_summaries."""

import pytest

from results.blocks import BLOCK_FRAMES
from results.lifecycle import SessionState
from results.search import block_summaries
from results.services import seal_blocks
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def test_those_of_the_session_as_it_was_read_from_a_sequence_on() -> None:
    session = make_session(SessionState.COMPLETED, announced=2 * BLOCK_FRAMES)
    for number in range(2):
        make_predictions(session, make_batch(4, start=number * BLOCK_FRAMES, class_ids=[7] * 4))
    seal_blocks()
    assert not block_summaries(session)
    session.refresh_from_db()
    assert [block.number for block in block_summaries(session)] == [0, 1]
    assert block_summaries(session)[0].tally == ((None, 7, 4),)
    assert [block.number for block in block_summaries(session, first=BLOCK_FRAMES)] == [1]
