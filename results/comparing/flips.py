"""The frames that two sessions see differently, a page at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from results.blocks import BLOCK_FRAMES
from results.comparing.comparison import Flip, Pair
from results.comparing.pairing import PairPiece, SessionPair
from results.models import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class FlipCriteria:
    """What flipped predictions are narrowed down by; ``None`` leaves it open.

    Attributes:
        kind: In which way right or wrong; any leaves out frames without a label.
        label: What a person said.
        first_class_id: What the first said; ``second_class_id`` likewise.
    """

    kind: Flip | None = None
    label: int | None = None
    first_class_id: int | None = None
    second_class_id: int | None = None

    def fitting(self, pair: Pair) -> NDArray[np.bool_]:
        """Which of the frames are flipped and fit, ``(N,)``."""
        mask = pair.flipped if self.kind is None else pair.flipped_as(self.kind)
        if self.label is not None:
            mask = mask & (pair.labels == self.label)
        if self.first_class_id is not None:
            mask = mask & (pair.first_ids == self.first_class_id)
        if self.second_class_id is not None:
            mask = mask & (pair.second_ids == self.second_class_id)
        return mask


@dataclass(frozen=True, slots=True)
class Said:
    """What one of the two said of a frame."""

    class_id: int
    confidence: float


@dataclass(frozen=True, slots=True)
class FlippedFrame:
    """One frame that the two see differently.

    Attributes:
        sequence: In the first session; ``other_sequence`` in the second.
        frame: Its index in the dataset.
        label: What a person said, if anybody did.
    """

    sequence: int
    other_sequence: int
    frame: int
    label: int | None
    first: Said
    second: Said


@dataclass(frozen=True, slots=True)
class FlipPage:
    """Some flipped frames by sequence; ``next_after`` is a sequence, ``None`` on the last page."""

    rows: list[FlippedFrame]
    next_after: int | None


@dataclass(frozen=True, slots=True)
class FlipSearch:
    """The flipped predictions of two sessions that fit; nothing is read until a page is."""

    sessions: SessionPair
    criteria: FlipCriteria = FlipCriteria()

    def page(self, limit: int, after: int | None = None) -> FlipPage:
        """The first ``limit`` of them by sequence of the first session.

        Args:
            after: Only those after this sequence of the first session.
        """
        rows: list[FlippedFrame] = []
        for piece in self.sessions.pieces(after):
            found = piece.only(self.criteria.fitting(piece.pair))
            rows += _flipped_frames(found, self.sessions.second, limit + 1 - len(rows))
            if len(rows) > limit:
                return FlipPage(rows[:limit], rows[limit - 1].sequence)
        return FlipPage(rows, None)

    def last_before(self, sequence: int) -> int | None:
        """The sequence of the last of them before that one, ``None`` where there is none.

        Looked for in stretches that double, so that a near one is found by reading little, and
        a far one in few queries.
        """
        stop, stretch = sequence, BLOCK_FRAMES
        while stop > 0:
            start = max(0, stop - stretch)
            found: int | None = None
            for piece in self.sessions.pieces(after=start - 1, before=stop):
                fitting = piece.pair.sequences[self.criteria.fitting(piece.pair)]
                found = int(fitting[-1]) if len(fitting) else found
            if found is not None:
                return found
            stop, stretch = start, 2 * stretch
        return None


def _flipped_frames(piece: PairPiece, second: Session, limit: int) -> Iterator[FlippedFrame]:
    pair, sure = piece.pair, piece.confidences
    for index in range(min(limit, len(pair))):
        label = int(pair.labels[index])
        frame = int(piece.frames[index])
        yield FlippedFrame(
            sequence=int(pair.sequences[index]),
            other_sequence=frame - second.offset,
            frame=frame,
            label=None if label < 0 else label,
            first=Said(int(pair.first_ids[index]), float(sure.first[index])),
            second=Said(int(pair.second_ids[index]), float(sure.second[index])),
        )
