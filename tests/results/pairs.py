"""What tests of comparisons share: two sessions over frames of the same dataset."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from results.lifecycle import SessionState
from results.models import Classifier, Dataset, Session
from results.services import seal_blocks
from tests.results.conftest import (
    make_batch,
    make_classifier,
    make_dataset,
    make_predictions,
    make_session,
)

Labels = Sequence[int | None]


def said(
    session: Session, class_ids: Sequence[int], labels: Labels | None = None, *, start: int = 0
) -> None:
    """Store that the session said these classes of frames in a row."""
    make_predictions(session, make_batch(len(class_ids), start=start, class_ids=class_ids), labels)


def make_pair(
    first_ids: Sequence[int], second_ids: Sequence[int], labels: Labels | None = None
) -> tuple[Session, Session]:
    """Two completed sessions over the same frames, the second a repetition of the first."""
    first = make_stream("small-cnn", frames=len(first_ids))
    second = make_stream("large-cnn", frames=len(second_ids), dataset=first.dataset, repeats=first)
    said(first, first_ids, labels)
    said(second, second_ids, labels)
    return first, second


def make_stream(
    name: str,
    *,
    frames: int,
    dataset: Dataset | None = None,
    offset: int = 0,
    repeats: Session | None = None,
    state: SessionState = SessionState.COMPLETED,
) -> Session:
    """A session of a classifier of that name that streamed so many frames; nothing is stored."""
    return make_session(
        state,
        dataset=dataset or make_dataset(count=100_000),
        classifier=_classifier(name),
        announced=frames,
        offset=offset,
        repeats=repeats,
    )


def seal(*sessions: Session) -> None:
    """Pack what can be packed, and have the sessions know of it."""
    seal_blocks()
    for session in sessions:
        session.refresh_from_db()


def drawn(count: int, seed: int, classes: int = 10) -> list[int]:
    """Class ids drawn by seed."""
    ids: list[int] = np.random.default_rng(seed).integers(0, classes, count).tolist()
    return ids


def grey_frame(_path: str, _sha256: str, index: int) -> NDArray[np.uint8]:
    """A picture for ``RESULTS_FRAME_SOURCE``, where no dataset is there."""
    return np.full((28, 28), index % 256, dtype=np.uint8)


def _classifier(name: str) -> Classifier:
    return Classifier.objects.filter(name=name).first() or make_classifier(name=name)
