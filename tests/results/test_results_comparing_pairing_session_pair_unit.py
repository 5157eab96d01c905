"""results.comparing.pairing.SessionPair, against a plain look at every row, packed and not."""

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries
from sklearn.metrics import accuracy_score, f1_score

from results.blocks import BLOCK_FRAMES
from results.comparing.pairing import pair_sessions
from results.lifecycle import SessionState
from results.models import Prediction, Session
from results.selectors import get_session
from tests.results.conftest import make_batch, make_predictions
from tests.results.pairs import drawn, make_pair, make_stream, said, seal

pytestmark = pytest.mark.django_db

FRAMES = 2 * BLOCK_FRAMES + 300
PACKED = [
    pytest.param("neither", id="neither packed"),
    pytest.param("first", id="only the first packed"),
    pytest.param("both", id="both packed"),
    pytest.param("half", id="half of both packed"),
]


def _scattered(session: Session, seed: int) -> None:
    """Store predictions here and there, over the borders of blocks, some without a label."""
    random = np.random.default_rng(seed)
    for start in (0, 100, BLOCK_FRAMES - 60, 2 * BLOCK_FRAMES + 20):
        labels = [
            None if frame % 7 == 0 else frame % 10
            for frame in range(session.offset + start, session.offset + start + 120)
        ]
        kept = np.flatnonzero(random.random(120) < 0.7)
        batch = make_batch(120, start=start, seed=seed)
        part = type(batch)(
            batch.sequences[kept], batch.probabilities[kept], batch.latencies_ms[kept]
        )
        known = set(session.predictions.values_list("sequence", flat=True))
        new = np.array([int(sequence) not in known for sequence in part.sequences])
        part = type(batch)(part.sequences[new], part.probabilities[new], part.latencies_ms[new])
        make_predictions(session, part, [labels[index] for index in kept[new]])


def _streams(packed: str, offset: int) -> tuple[Session, Session]:
    first = make_stream("small-cnn", frames=FRAMES, offset=40)
    second = make_stream("large-cnn", frames=FRAMES, offset=offset, dataset=first.dataset)
    _scattered(first, 1)
    _scattered(second, 2)
    if packed != "neither":
        seal(first, second)
    if packed == "first":
        second.blocks.all().delete()
        second.sealed = 0
    if packed == "half":
        # As a process sees them that read them before the rest was packed.
        first.sealed = second.sealed = BLOCK_FRAMES
    return first, second


def _by_frame(session: Session) -> dict[int, Prediction]:
    return {session.offset + row.sequence: row for row in session.predictions.all()}


@pytest.mark.parametrize("offset", [pytest.param(40, id="aligned"), pytest.param(7, id="shifted")])
@pytest.mark.parametrize("packed", PACKED)
def test_pairs_just_the_frames_that_both_saw(packed: str, offset: int) -> None:
    first, second = _streams(packed, offset)
    one, other = _by_frame(first), _by_frame(second)
    common = sorted(one.keys() & other.keys())
    assert len(common) > 50
    pieces = list(pair_sessions(first, second).pieces())
    assert np.concatenate([piece.frames for piece in pieces]).tolist() == common
    found = [
        row
        for piece in pieces
        for row in zip(
            piece.pair.sequences.tolist(),
            piece.pair.first_ids.tolist(),
            piece.pair.second_ids.tolist(),
            piece.pair.labels.tolist(),
            strict=True,
        )
    ]
    assert found == [
        (
            frame - first.offset,
            one[frame].class_id,
            other[frame].class_id,
            -1 if (label := one[frame].label) is None else label,
        )
        for frame in common
    ]
    sure = np.concatenate([piece.confidences.second for piece in pieces])
    assert sure.tolist() == pytest.approx([other[frame].confidence for frame in common])


def test_goes_on_after_a_sequence() -> None:
    first, second = _streams("both", 7)
    pair = pair_sessions(first, second)
    whole = np.concatenate([piece.pair.sequences for piece in pair.pieces()])
    for after in (whole[3], whole[-2], BLOCK_FRAMES):
        rest = [piece.pair.sequences for piece in pair.pieces(int(after))]
        assert np.concatenate(rest).tolist() == whole[whole > after].tolist()
    assert not list(pair.pieces(int(whole[-1])))


def test_asks_the_database_as_often_for_many_blocks_as_for_few(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first, second = (get_session(session.pk) for session in _streams("both", 40))
    with django_assert_num_queries(2):
        pair_sessions(first, second).comparison()
    first.sealed = second.sealed = BLOCK_FRAMES
    with django_assert_num_queries(4):
        pair_sessions(first, second).comparison()


def test_counts_what_scikit_learn_counts() -> None:
    first_ids, second_ids, labels = drawn(200, 1, 4), drawn(200, 2, 4), drawn(200, 3, 4)
    first, second = make_pair(first_ids, second_ids, labels)
    seal(first, second)
    found = pair_sessions(first, second).comparison()
    assert found.verdict.frames == found.verdict.labelled == 200
    for side, ids in ((found.first, first_ids), (found.second, second_ids)):
        assert side.metrics["accuracy"] == accuracy_score(labels, ids)
        assert side.metrics["macro_f1"] == pytest.approx(f1_score(labels, ids, average="macro"))
    confidences = Prediction.objects.filter(session=second).values_list("confidence", flat=True)
    assert found.second.confidence_mean == pytest.approx(np.mean(list(confidences)))


def test_a_session_that_still_runs_is_compared_as_far_as_it_is() -> None:
    first = make_stream("small-cnn", frames=50)
    running = make_stream("large-cnn", frames=80, dataset=first.dataset, state=SessionState.RUNNING)
    said(first, drawn(50, 1))
    said(running, drawn(20, 1))
    found = pair_sessions(first, running).comparison()
    assert (found.verdict.frames, found.verdict.agreement) == (20, 1)


def test_nothing_in_common_counts_as_nothing() -> None:
    first = make_stream("small-cnn", frames=50)
    second = make_stream("large-cnn", frames=50, dataset=first.dataset)
    said(first, drawn(20, 1))
    said(second, drawn(20, 1), start=20)
    found = pair_sessions(first, second).comparison()
    assert found.verdict.frames == 0
    assert (found.verdict.agreement, found.first.confidence_mean) == (None, None)
    assert (found.first.calibration_error, found.verdict.p_value) == (None, None)
