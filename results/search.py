"""The predictions of a session that fit some criteria, a page at a time, fast wherever they lie.

Of what is packed (see :mod:`results.blocks`) the tallies and bounds say where to look, and only
those blocks are read that a page needs; the rest, what a running session stored last, is asked of
the database. Without criteria the unique index gives the page by itself.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from django.db.models import F, Q, QuerySet
from numpy.typing import NDArray

from results.block_cache import BlockCache
from results.blocks import BLOCK_FRAMES, BlockSummary, Cell, Criteria, Rows, unpack
from results.models import Prediction, PredictionBlock, Session

_CACHE = BlockCache()

# (rank, sequence): pages run from the lowest up; without an order by confidence all rank alike.
_Key = tuple[float, int]


class Order(StrEnum):
    """By what the predictions of a page are ordered; equal ones by sequence."""

    SEQUENCE = "sequence"
    LEAST_SURE = "confidence"
    MOST_SURE = "-confidence"


@dataclass(frozen=True, slots=True)
class FoundPage:
    """Some predictions in order; ``next_after`` is a sequence, ``None`` on the last page."""

    rows: list[Prediction]
    next_after: int | None


@dataclass(frozen=True, slots=True)
class PredictionSearch:
    """The predictions of a session that fit, in an order; nothing is read until a page is."""

    session: Session
    criteria: Criteria = Criteria()
    order: Order = Order.SEQUENCE

    def page(self, limit: int, after: int | None = None) -> FoundPage:
        """The first ``limit`` of them.

        Args:
            after: Only what comes after the prediction of this sequence in the order.
        """
        session, criteria = self.session, self.criteria
        if criteria.is_open and self.order == Order.SEQUENCE:
            rows = list(_stored(session, criteria, _from(after))[: limit + 1])
        else:
            sequences = _sequences(self, limit=limit + 1, after=after)
            of = {row.sequence: row for row in _of_sequences(session, sequences)}
            # Where the session was pruned meanwhile, what is gone is left out.
            rows = [of[sequence] for sequence in sequences if sequence in of]
        if len(rows) <= limit:
            return FoundPage(rows, None)
        return FoundPage(rows[:limit], rows[limit - 1].sequence)

    def count(self) -> int:
        """How many there are in all: from the tallies, and of blocks that only a range of
        confidences cuts through, from what is in them."""
        session, criteria = self.session, self.criteria
        if criteria.is_open:
            return session.stored
        blocks = [block for block in block_summaries(session) if block.may_hold(criteria)]
        cut = [block for block in blocks if not block.is_within(criteria)]
        found = sum(block.count(criteria) for block in blocks if block.is_within(criteria))
        found += sum(len(rows) for _, rows in _read(session, criteria, cut))
        if not is_packed(session):
            found += _stored(session, criteria, session.sealed).count()
        return found


def block_summaries(session: Session, *, first: int = 0) -> list[BlockSummary]:
    """What is known of each block of a session without its rows, in order.

    Blocks above ``session.sealed``, packed since the session was read, are left out: what they
    hold counts as not packed yet.

    Args:
        first: Without the blocks that only hold lower sequences.
    """
    if session.sealed <= first:
        return []
    rows = PredictionBlock.objects.filter(
        session=session,
        number__gte=first // BLOCK_FRAMES,
        number__lt=-(-session.sealed // BLOCK_FRAMES),
    )
    return [
        BlockSummary(number, tuple(_cell(cell) for cell in tally), low, high)
        for number, tally, low, high in rows.order_by("number").values_list(
            "number", "tally", "confidence_min", "confidence_max"
        )
    ]


def narrowed(criteria: Criteria) -> Q:
    """The criteria as the database takes them."""
    wanted = {
        "class_id": criteria.class_id,
        "label": criteria.label,
        "confidence__gte": criteria.confidence_min,
        "confidence__lte": criteria.confidence_max,
    }
    condition = Q(**{name: value for name, value in wanted.items() if value is not None})
    if criteria.right is not None:
        equal = Q(label=F("class_id"))
        condition &= Q(label__isnull=False) & (equal if criteria.right else ~equal)
    return condition


def _cell(cell: list[int | None]) -> Cell:
    label, class_id, frames = cell
    return label, class_id or 0, frames or 0


def _from(after: int | None) -> int:
    return 0 if after is None else after + 1


def _stored(session: Session, criteria: Criteria, first: int) -> QuerySet[Prediction]:
    rows = Prediction.objects.filter(narrowed(criteria), session=session, sequence__gte=first)
    return rows.order_by("sequence")


def _of_sequences(session: Session, sequences: list[int]) -> list[Prediction]:
    return list(Prediction.objects.filter(session=session, sequence__in=sequences))


def _sequences(search: PredictionSearch, *, limit: int, after: int | None) -> list[int]:
    session, criteria, order = search.session, search.criteria, search.order
    if order == Order.SEQUENCE:
        return _in_sequence(session, criteria, limit=limit, first=_from(after))
    sign = -1 if order == Order.MOST_SURE else 1
    start = None
    if after is not None:
        last = Prediction.objects.filter(session=session, sequence=after)
        confidence = last.values_list("confidence", flat=True).first()
        # After a prediction that there is not comes nothing, rather than all once more.
        if confidence is None:
            return []
        start = (sign * confidence, after)
    return _in_confidence(session, criteria, limit=limit, start=start, sign=sign)


def _in_sequence(session: Session, criteria: Criteria, *, limit: int, first: int) -> list[int]:
    found: list[int] = []
    blocks = block_summaries(session, first=first)
    wanted = [block for block in blocks if block.may_hold(criteria)]
    for sequences, _ in _read(session, criteria, wanted):
        found += sequences[sequences >= first][: limit - len(found)].tolist()
        if len(found) == limit:
            return found
    if not is_packed(session):
        rest = _stored(session, criteria, max(first, session.sealed))
        found += rest.values_list("sequence", flat=True)[: limit - len(found)]
    return found


def _in_confidence(
    session: Session, criteria: Criteria, *, limit: int, start: _Key | None, sign: int
) -> list[int]:
    """The lowest keys above ``start``, block by block from the one that can hold the lowest."""
    best: list[_Key] = []
    if not is_packed(session):
        best = _unpacked(session, criteria, limit=limit, start=start, sign=sign)
    blocks = [block for block in block_summaries(session) if block.may_hold(criteria)]
    blocks.sort(key=lambda block: _lowest(block, sign))
    if start is not None:
        blocks = [block for block in blocks if _highest(block, sign) >= start[0]]
    lowest = iter([_lowest(block, sign) for block in blocks])
    next(lowest, None)
    for sequences, rows in _read(session, criteria, blocks):
        ranks = sign * rows["confidence"].astype(np.float64)
        if len(best) == limit:
            hopeful = ranks <= best[-1][0]
            sequences, ranks = sequences[hopeful], ranks[hopeful]
        best = heapq.nsmallest(limit, [*best, *_keys(sequences, ranks, limit, start)])
        following = next(lowest, None)
        if following is not None and len(best) == limit and best[-1] < following:
            break
    return [sequence for _, sequence in best]


def _lowest(block: BlockSummary, sign: int) -> _Key:
    return (block.confidence_min if sign > 0 else -block.confidence_max, block.first)


def _highest(block: BlockSummary, sign: int) -> float:
    return block.confidence_max if sign > 0 else -block.confidence_min


def _keys(
    sequences: NDArray[np.int64], ranks: NDArray[np.float64], limit: int, start: _Key | None
) -> list[_Key]:
    if start is not None:
        later = (ranks > start[0]) | ((ranks == start[0]) & (sequences > start[1]))
        sequences, ranks = sequences[later], ranks[later]
    if len(ranks) > limit:
        # Sorting a few takes a fraction of sorting all.
        lowest = ranks <= np.partition(ranks, limit - 1)[limit - 1]
        sequences, ranks = sequences[lowest], ranks[lowest]
    chosen = np.lexsort((sequences, ranks))[:limit]
    return list(zip(ranks[chosen].tolist(), sequences[chosen].tolist(), strict=True))


def _unpacked(
    session: Session, criteria: Criteria, *, limit: int, start: _Key | None, sign: int
) -> list[_Key]:
    rows = _stored(session, criteria, session.sealed)
    if start is not None:
        confidence, sequence = sign * start[0], start[1]
        beyond = Q(confidence__gt=confidence) if sign > 0 else Q(confidence__lt=confidence)
        rows = rows.filter(beyond | Q(confidence=confidence, sequence__gt=sequence))
    ordered = rows.order_by("confidence" if sign > 0 else "-confidence", "sequence")
    found = ordered.values_list("confidence", "sequence")[:limit]
    return [(sign * confidence, sequence) for confidence, sequence in found]


def _read(
    session: Session, criteria: Criteria, blocks: list[BlockSummary]
) -> Iterator[tuple[NDArray[np.int64], Rows]]:
    """Sequences and rows that fit, block by block; each time twice as many are read ahead."""
    begin, count = 0, 1
    while begin < len(blocks):
        ahead = blocks[begin : begin + count]
        contents = _contents(session, [block.number for block in ahead])
        for block in ahead:
            # It may have been pruned since its summary was read.
            rows = unpack(contents.get(block.number, b""))
            rows = rows[criteria.fitting(rows)]
            yield block.first + rows["offset"].astype(np.int64), rows
        begin, count = begin + count, 2 * count


def _contents(session: Session, numbers: list[int]) -> dict[int, bytes]:
    """Those of these blocks that there are, from the database where they are not in memory."""
    contents = {}
    for number in numbers:
        kept = _CACHE.get(session.pk, number)
        if kept is not None:
            contents[number] = kept
    missing = [number for number in numbers if number not in contents]
    if missing:
        stored = PredictionBlock.objects.filter(session=session, number__in=missing)
        for number, content in stored.values_list("number", "content"):
            contents[number] = bytes(content)
            _CACHE.keep(session.pk, number, contents[number])
    return contents


def forget_blocks() -> None:
    """Read every block anew from now on."""
    _CACHE.clear()


def is_packed(session: Session) -> bool:
    """Whether all its predictions are in blocks."""
    return session.is_final and session.sealed >= session.sent
