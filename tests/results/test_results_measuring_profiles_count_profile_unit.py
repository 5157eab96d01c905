"""results.measuring.profiles.count_profile: from rows, from blocks and from both, the same."""

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from results import services
from results.lifecycle import SessionState
from results.measuring.profiles import Profile, count_profile
from results.models import PredictionBlock, Session
from results.selectors import get_session
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db
BATCH = make_batch(300)
LABELS = [None if index % 5 == 0 else index % 10 for index in range(300)]


def _check(found: Profile) -> None:
    assert found.frames == 300
    assert found.class_counts == np.bincount(BATCH.class_ids, minlength=10).tolist()
    expected = np.histogram(BATCH.confidences.astype(np.float64), 20, (0, 1))[0]
    assert found.confidence_counts == expected.tolist()
    labels = np.array([-1 if label is None else label for label in LABELS])
    assert found.confidences.labelled.sum() == (labels >= 0).sum()
    assert found.confidences.right.sum() == (labels == BATCH.class_ids).sum()
    assert found.confidences.sums.sum() == pytest.approx(
        BATCH.confidences[labels >= 0].sum(dtype=np.float64), abs=1e-4
    )
    for effect in found.effects:
        kept = BATCH.confidences.astype(np.float64) >= effect.threshold - 1e-7
        assert effect.kept == kept.sum()
        assert effect.kept_right == (labels == BATCH.class_ids)[kept].sum()


def test_counts_what_is_not_packed_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session = make_session(announced=300)
    make_predictions(session, BATCH, LABELS)
    session = get_session(session.uuid)
    with django_assert_num_queries(1):
        found = count_profile(session)
    _check(found)


def test_adds_up_what_blocks_have_counted(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    session = make_session(SessionState.FAILED, announced=300)
    make_predictions(session, BATCH, LABELS)
    services.seal_blocks()
    session = get_session(session.uuid)
    with django_assert_num_queries(1):
        found = count_profile(session)
    _check(found)


def test_adds_both_where_only_some_is_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("results.blocks", "results.services.blocks", "results.measuring.profiles"):
        monkeypatch.setattr(f"{module}.BLOCK_FRAMES", 128)
    session = make_session(announced=300)
    make_predictions(session, BATCH, LABELS)
    services.seal_blocks()
    session = get_session(session.uuid)
    assert session.sealed == 256
    _check(count_profile(session))


def test_blocks_that_an_older_version_packed_are_counted_now() -> None:
    session = make_session(SessionState.FAILED, announced=300)
    make_predictions(session, BATCH, LABELS)
    services.seal_blocks()
    PredictionBlock.objects.update(confidences=None)
    _check(count_profile(get_session(session.uuid)))


@pytest.mark.parametrize("confidence", [0.0, 0.05, 0.29, 0.5, 0.51, 0.95, 1.0, 1.0005])
def test_the_database_counts_the_same_steps_as_a_block(confidence: float) -> None:
    session = make_session(announced=1)
    rows = make_predictions(session, make_batch(1), [3])
    rows[0].confidence = float(np.float32(confidence))
    rows[0].save()
    from_rows = count_profile(get_session(session.uuid)).confidences.cells()
    Session.objects.update(state=SessionState.FAILED)
    services.seal_blocks()
    assert [cell[0] for cell in count_profile(get_session(session.uuid)).confidences.cells()] == [
        cell[0] for cell in from_rows
    ]
