"""What two sessions said about the frames that both saw, a piece at a time.

Frame ``offset + sequence`` of the dataset is the same picture in both. What is packed is read
from the blocks (see :mod:`results.blocks`) and the rest from the predictions, each by one query
that is walked through, so that memory stays flat and four queries are enough for any length.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from results.blocks import BLOCK_FRAMES, NO_LABEL, unpack
from results.comparing.comparison import Pair
from results.comparing.sides import (
    Comparison,
    ComparisonTally,
    Confidences,
    all_class_names,
)
from results.errors import NotComparable
from results.models import Prediction, PredictionBlock, Session
from results.search import is_packed

_BLOCKS_AT_ONCE = 4
_ROWS_AT_ONCE = 4_096
_COLUMNS = np.dtype([("class_id", "<i8"), ("label", "<i8"), ("confidence", "<f4")])


@dataclass(frozen=True, slots=True)
class PairPiece:
    """Some frames in a row that both saw; ``frames`` are their indices in the dataset, ``(N,)``."""

    frames: NDArray[np.int64]
    pair: Pair
    confidences: Confidences

    def only(self, mask: NDArray[np.bool_]) -> "PairPiece":
        """Those of its frames for which the mask, ``(N,)``, holds."""
        pair, sure = self.pair, self.confidences
        return PairPiece(
            self.frames[mask],
            Pair(
                pair.sequences[mask], pair.first_ids[mask], pair.second_ids[mask], pair.labels[mask]
            ),
            Confidences(sure.first[mask], sure.second[mask]),
        )


@dataclass(frozen=True, slots=True)
class SessionPair:
    """Two sessions that can be compared; :func:`pair_sessions` makes sure of that.

    Attributes:
        start, stop: The frames of the dataset that both streamed: from ``start`` to before
            ``stop``.
    """

    first: Session
    second: Session
    start: int
    stop: int

    def pieces(self, after: int | None = None, before: int | None = None) -> Iterator[PairPiece]:
        """All frames that both gave a prediction for, in order, none twice.

        Args:
            after: Only those after this sequence of the first session; ``before`` likewise.
        """
        offset = self.first.offset
        start = self.start if after is None else max(self.start, offset + after + 1)
        stop = self.stop if before is None else min(self.stop, offset + before)
        if start >= stop:
            return
        yield from _aligned(
            offset, _parts(self.first, start, stop), _parts(self.second, start, stop)
        )

    @property
    def class_names(self) -> tuple[str, ...]:
        """A name for every class of either classifier and of the labels: the dataset's, first."""
        return all_class_names(
            self.first.dataset.class_names,
            self.first.classifier.class_names,
            self.second.classifier.class_names,
        )

    def comparison(self) -> Comparison:
        """Everything counted over the frames in common."""
        tally = ComparisonTally(self.class_names)
        for piece in self.pieces():
            tally.add(piece.pair, piece.confidences)
        return tally.comparison


def pair_sessions(first: Session, second: Session) -> SessionPair:
    """The two as a pair.

    Raises:
        NotComparable: they are one and the same, streamed different datasets, or have no frame in
            common.
    """
    if first.pk == second.pk:
        raise NotComparable(_("a session is compared with another one, not with itself"))
    if first.dataset_id != second.dataset_id:
        raise NotComparable(
            _(
                "session %(first)s streamed %(dataset)s (%(hash)s…), session %(second)s "
                "%(other)s (%(other_hash)s…); only sessions of the same dataset can be compared"
            )
            % {
                "first": first.pk,
                "dataset": first.dataset.name,
                "hash": first.dataset.sha256[:12],
                "second": second.pk,
                "other": second.dataset.name,
                "other_hash": second.dataset.sha256[:12],
            }
        )
    start = max(first.offset, second.offset)
    stop = min(first.offset + first.sent, second.offset + second.sent)
    if start >= stop:
        raise NotComparable(
            _(
                "session %(first)s streamed %(range)s of %(dataset)s, session %(second)s "
                "%(other_range)s; they have none in common"
            )
            % {
                "first": first.pk,
                "range": _range(first),
                "dataset": first.dataset.name,
                "second": second.pk,
                "other_range": _range(second),
            }
        )
    return SessionPair(first, second, start, stop)


def _range(session: Session) -> str:
    if session.sent == 0:
        return _("no frame")
    return _("frames %(first)d to %(last)d") % {
        "first": session.offset,
        "last": session.offset + session.sent - 1,
    }


@dataclass(frozen=True, slots=True)
class _Part:
    """Predictions of one session, by frame of the dataset, ascending."""

    frames: NDArray[np.int64]
    columns: NDArray[np.void]


def _parts(session: Session, start: int, stop: int) -> Iterator[_Part]:
    """The session's predictions for the frames from ``start`` to before ``stop``, in order."""
    low, high = start - session.offset, stop - session.offset
    for sequences, columns in _columns(session, low, high):
        inside = (sequences >= low) & (sequences < high)
        if inside.any():
            yield _Part(session.offset + sequences[inside], columns[inside])


def _columns(
    session: Session, low: int, high: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.void]]]:
    """Sequences and what was said of them, ascending, at least those from low to before high."""
    if session.sealed > low:
        blocks = PredictionBlock.objects.filter(
            session=session,
            number__gte=low // BLOCK_FRAMES,
            number__lt=-(-min(high, session.sealed) // BLOCK_FRAMES),
        )
        stored = blocks.order_by("number").values_list("number", "content")
        for number, content in stored.iterator(_BLOCKS_AT_ONCE):
            rows = unpack(content)
            columns = np.empty(len(rows), dtype=_COLUMNS)
            columns["class_id"], columns["confidence"] = rows["class_id"], rows["confidence"]
            columns["label"] = rows["label"]
            columns["label"][rows["label"] == NO_LABEL] = -1
            yield number * BLOCK_FRAMES + rows["offset"].astype(np.int64), columns
    if not is_packed(session) and session.sealed < high:
        yield from _unpacked(session, max(low, session.sealed), high)


def _unpacked(
    session: Session, low: int, high: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.void]]]:
    rows = Prediction.objects.filter(session=session, sequence__gte=low, sequence__lt=high)
    found = (
        rows.order_by("sequence")
        .values_list("sequence", "class_id", "label", "confidence")
        .iterator(_ROWS_AT_ONCE)
    )
    while part := list(islice(found, _ROWS_AT_ONCE)):
        sequences, class_ids, labels, confidences = zip(*part, strict=True)
        columns = np.empty(len(part), dtype=_COLUMNS)
        columns["class_id"], columns["confidence"] = class_ids, confidences
        columns["label"] = [-1 if label is None else label for label in labels]
        yield np.array(sequences, dtype=np.int64), columns


def _aligned(offset: int, firsts: Iterator[_Part], seconds: Iterator[_Part]) -> Iterator[PairPiece]:
    """What occurs on both sides, whose parts need not begin or end at the same frames."""
    first, second = next(firsts, None), next(seconds, None)
    while first is not None and second is not None:
        piece = _in_common(offset, first, second)
        if len(piece.frames):
            yield piece
        if first.frames[-1] <= second.frames[-1]:
            first = next(firsts, None)
        else:
            second = next(seconds, None)


def _in_common(offset: int, first: _Part, second: _Part) -> PairPiece:
    if np.array_equal(first.frames, second.frames):
        frames, one, other = first.frames, first.columns, second.columns
    else:
        frames, of_first, of_second = np.intersect1d(
            first.frames, second.frames, assume_unique=True, return_indices=True
        )
        one, other = first.columns[of_first], second.columns[of_second]
    return PairPiece(
        frames,
        Pair(
            sequences=(frames - offset).astype(np.uint64),
            first_ids=one["class_id"],
            second_ids=other["class_id"],
            # Both have the dataset's; one of them may not have found it when it was stored.
            labels=np.where(one["label"] >= 0, one["label"], other["label"]),
        ),
        Confidences(one["confidence"], other["confidence"]),
    )
