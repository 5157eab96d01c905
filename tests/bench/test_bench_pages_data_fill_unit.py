"""bench.pages_data.fill: what it makes is what a server would have made."""

from pathlib import Path

import numpy as np
import pytest

from bench.datasets import noise_dataset
from bench.pages_data import fill, made_pool
from results import selectors
from results.blocks import BLOCK_FRAMES
from results.models import PredictionBlock, Session
from results.report import validate_report
from results.search import is_packed
from results.services import seal_blocks
from results.summary import compare, summarise

pytestmark = pytest.mark.django_db


@pytest.fixture(name="sessions")
def _sessions(tmp_path: Path) -> list[Session]:
    sizes = [BLOCK_FRAMES + 10, *[20] * 10]
    return fill(sizes, dataset_path=noise_dataset(tmp_path, 5, 28), pool=made_pool())


def test_sessions_are_completed_failed_and_running_and_add_up(sessions: list[Session]) -> None:
    assert [one.state for one in sessions] == ["completed"] * 9 + ["failed", "running"]
    for session in sessions:
        batch = selectors.prediction_batch(session)
        assert len(batch) == session.stored == session.ledger.stored
        if session.is_final:
            assert session.ledger.differences() == []


def test_blocks_are_those_that_the_service_makes(sessions: list[Session]) -> None:
    made = [
        (block.number, block.tally, bytes(block.content))
        for block in PredictionBlock.objects.filter(session=sessions[0])
    ]
    assert is_packed(sessions[0])
    PredictionBlock.objects.filter(session=sessions[0]).delete()
    Session.objects.filter(pk=sessions[0].pk).update(sealed=0)
    assert seal_blocks() == 2
    assert made == [
        (block.number, block.tally, bytes(block.content))
        for block in PredictionBlock.objects.filter(session=sessions[0])
    ]


def test_reports_say_what_is_stored(sessions: list[Session]) -> None:
    session = Session.objects.get(pk=sessions[0].pk)
    document = session.report.document
    validate_report(document)
    computed = summarise(selectors.prediction_batch(session), session.classifier.class_names)
    assert not compare(document["summary"], computed)
    assert session.report.metrics == selectors.metrics(session)
    assert np.isclose(session.report.metrics["accuracy"], 0.91, atol=0.02)
