"""Which predictions of some batches are stored already, found out in as few queries as possible."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

import numpy as np
from django.db.models import OuterRef, Q, Subquery
from numpy.typing import NDArray

from results.batches import Extent, PredictionBatch
from results.errors import ConflictingPrediction
from results.models import Prediction, Session

# Each is one term of an OR, of which SQLite takes no more than a thousand.
_BATCHES_A_QUERY = 100

Named = tuple[UUID, PredictionBatch, Extent]


class KnownPredictions:
    """What is stored of some sessions, as far as some batches have to know it.

    As a rule a batch begins above everything that is stored of its session, and one look at
    where that ends is all it takes. The sessions have to be locked before.

    Args:
        named: The batches, each with its session and extent; none is empty.
        begun: The sessions of which anything is stored.
    """

    def __init__(self, named: Sequence[Named], *, begun: Iterable[UUID]) -> None:
        self._highest = _highest(begun)
        self._contents: defaultdict[UUID, dict[int, bytes]] = defaultdict(dict)
        # Not taken apart before somebody asks for one of them.
        self._added: defaultdict[UUID, list[PredictionBatch]] = defaultdict(list)
        overlapping = [each for each in named if each[2].lowest <= self._highest.get(each[0], -1)]
        for some in _in_parts(overlapping):
            for session_uuid, sequence, content in _stored(some):
                self._contents[session_uuid][sequence] = bytes(content)

    def new_rows(
        self, session_uuid: UUID, batch: PredictionBatch, extent: Extent
    ) -> NDArray[np.bool_] | None:
        """Which rows of one of the batches are not known yet, each sequence once; None for all.

        They are known from now on.

        Raises:
            ConflictingPrediction: one is known with another content; nothing has changed.
        """
        highest = self._highest.get(session_uuid, -1)
        if extent.is_ascending and extent.lowest > highest:
            self._added[session_uuid].append(batch)
            self._highest[session_uuid] = extent.highest
            return None
        known = self._contents[session_uuid]
        for added in self._added.pop(session_uuid, []):
            known.update(_contents_of(added))
        fresh: dict[int, bytes] = {}
        is_new = np.zeros(len(batch), dtype=np.bool_)
        for index, (sequence, content) in enumerate(_contents_of(batch)):
            earlier = known.get(sequence, fresh.get(sequence))
            if earlier is None:
                # A sequence twice in a batch is as in two batches.
                fresh[sequence] = content
                is_new[index] = True
            elif earlier != content:
                raise ConflictingPrediction(
                    f"frame {sequence} of session {session_uuid} has another prediction already"
                )
        known.update(fresh)
        self._highest[session_uuid] = max(highest, extent.highest)
        return is_new


def _highest(session_uuids: Iterable[UUID]) -> dict[UUID, int]:
    """The highest sequence that is stored of each session."""
    uuids = list(session_uuids)
    if not uuids:
        return {}
    last = Prediction.objects.filter(session=OuterRef("pk")).order_by("-sequence")
    found = Session.objects.filter(pk__in=uuids).order_by()
    rows = found.values_list("pk", Subquery(last.values("sequence")[:1]))
    return {uuid: highest for uuid, highest in rows if highest is not None}


def _in_parts(named: Sequence[Named]) -> Iterable[Sequence[Named]]:
    for first in range(0, len(named), _BATCHES_A_QUERY):
        yield named[first : first + _BATCHES_A_QUERY]


def _stored(named: Sequence[Named]) -> Iterable[tuple[UUID, int, bytes | memoryview]]:
    """The predictions that are stored of the sequences that these batches name."""
    wanted = Q()
    for session_uuid, batch, extent in named:
        if extent.is_ascending and extent.highest - extent.lowest + 1 == len(batch):
            sequences = Q(sequence__range=(extent.lowest, extent.highest))
        else:
            sequences = Q(sequence__in=batch.sequences.tolist())
        wanted |= Q(session=session_uuid) & sequences
    found = Prediction.objects.filter(wanted).order_by()
    return found.values_list("session_id", "sequence", "probabilities")


def _contents_of(batch: PredictionBatch) -> Iterable[tuple[int, bytes]]:
    rows = batch.probabilities.astype("<f4")
    return zip(batch.sequences.tolist(), (row.tobytes() for row in rows), strict=True)
