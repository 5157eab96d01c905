"""The two-sided account of every frame of a session (pure).

It adds up when::

    announced = sent + unsent
    sent      = received + lost
    received  = analysed + rejected + dropped
    analysed  = stored

``announced``, ``sent``, ``unsent`` and ``stored`` are the server's counts; ``received``,
``lost``, ``analysed``, ``rejected`` and ``dropped`` the client's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypedDict

LossKind = Literal["unsent", "lost", "rejected", "dropped"]
LOSS_KINDS: tuple[LossKind, ...] = ("unsent", "lost", "rejected", "dropped")

# The order in which a person reads them: along the way of a frame.
FIELDS = (
    "announced",
    "sent",
    "unsent",
    "received",
    "lost",
    "analysed",
    "rejected",
    "dropped",
    "stored",
)


class LossDict(TypedDict):
    """One reason for which frames went missing, in the JSON form."""

    reason: str
    count: int
    ranges: list[list[int]]


class InterruptionsDict(TypedDict):
    """How often and for how long in all a session was interrupted, in the JSON form."""

    count: int
    seconds: float


class LedgerDict(TypedDict):
    """A ledger in its JSON form: nine counts, and the reasons behind the lossy ones.

    ``interruptions`` is only in the server's, since a client that died knows nothing of it.
    """

    announced: int
    sent: int
    unsent: int
    received: int
    lost: int
    analysed: int
    rejected: int
    dropped: int
    stored: int
    losses: dict[LossKind, list[LossDict]]
    differences: NotRequired[list[str]]
    interruptions: NotRequired[InterruptionsDict]


@dataclass(frozen=True, slots=True)
class Loss:
    """Frames that went missing for one reason.

    Attributes:
        reason: A short stable word, for example ``overload``.
        ranges: First and last sequence of each run, both included, ascending.
    """

    reason: str
    ranges: tuple[tuple[int, int], ...]

    @property
    def count(self) -> int:
        """How many frames the ranges cover."""
        return sum(last - first + 1 for first, last in self.ranges)

    def as_dict(self) -> LossDict:
        """The JSON form."""
        return {
            "reason": self.reason,
            "count": self.count,
            "ranges": [[first, last] for first, last in self.ranges],
        }


@dataclass(frozen=True, slots=True)
class Interruptions:
    """How often a session was interrupted, and for how many seconds in all."""

    count: int = 0
    seconds: float = 0.0

    def as_dict(self) -> InterruptionsDict:
        """The JSON form, in whole milliseconds."""
        return {"count": self.count, "seconds": round(self.seconds, 3)}


def ranges_of(sequences: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """The runs of consecutive sequences, ascending, each as its first and last.

    >>> ranges_of([4, 0, 1, 2, 9, 8, 1])
    ((0, 2), (4, 4), (8, 9))
    """
    runs: list[tuple[int, int]] = []
    for sequence in sorted(sequences):
        if runs and sequence <= runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], max(sequence, runs[-1][1]))
        else:
            runs.append((sequence, sequence))
    return tuple(runs)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Both sides' counts of one session, and every loss with its reason and ranges."""

    announced: int
    sent: int
    received: int
    analysed: int
    stored: int
    losses: Mapping[LossKind, tuple[Loss, ...]] = field(default_factory=dict)
    interruptions: Interruptions | None = None

    def lost_count(self, kind: LossKind) -> int:
        """How many frames went missing in this way, over all reasons."""
        return sum(loss.count for loss in self.losses.get(kind, ()))

    def differences(self) -> list[str]:
        """Each equation that does not hold, as a sentence; empty when the ledger adds up."""
        unsent, lost, rejected, dropped = (self.lost_count(kind) for kind in LOSS_KINDS)
        equations = (
            (
                "announced",
                self.announced,
                f"sent {self.sent} + unsent {unsent}",
                self.sent + unsent,
            ),
            ("sent", self.sent, f"received {self.received} + lost {lost}", self.received + lost),
            (
                "received",
                self.received,
                f"analysed {self.analysed} + rejected {rejected} + dropped {dropped}",
                self.analysed + rejected + dropped,
            ),
            ("analysed", self.analysed, f"stored {self.stored}", self.stored),
        )
        return [
            f"{name} {left} is not {terms}"
            for name, left, terms, right in equations
            if left != right
        ]

    def as_dict(self) -> LedgerDict:
        """The JSON form."""
        unsent, lost, rejected, dropped = (self.lost_count(kind) for kind in LOSS_KINDS)
        form: LedgerDict = {
            "announced": self.announced,
            "sent": self.sent,
            "unsent": unsent,
            "received": self.received,
            "lost": lost,
            "analysed": self.analysed,
            "rejected": rejected,
            "dropped": dropped,
            "stored": self.stored,
            "losses": {
                kind: [loss.as_dict() for loss in self.losses.get(kind, ())] for kind in LOSS_KINDS
            },
            "differences": self.differences(),
        }
        if self.interruptions is not None:
            form["interruptions"] = self.interruptions.as_dict()
        return form

    def line(self) -> str:
        """The counts in one line of text.

        >>> Ledger(announced=2, sent=2, received=2, analysed=2, stored=2).line()[:29]
        'announced 2, sent 2, unsent 0'
        """
        counts = dict(self.as_dict())
        return ", ".join(f"{name} {counts[name]}" for name in FIELDS)


def losses_from_dict(
    losses: Mapping[LossKind, Iterable[LossDict]],
) -> dict[LossKind, tuple[Loss, ...]]:
    """Losses back from their JSON form; ``count`` is derived again from the ranges.

    Raises:
        KeyError: a kind, reason or ranges are missing.
        ValueError: a range that is empty, negative or overlaps the one before it.
    """
    return {
        kind: tuple(_loss_from_dict(loss) for loss in losses[kind])
        for kind in LOSS_KINDS
        if kind in losses
    }


def _loss_from_dict(loss: LossDict) -> Loss:
    ranges = tuple((first, last) for first, last in loss["ranges"])
    previous = -1
    for first, last in ranges:
        if not previous < first <= last:
            raise ValueError(f"ranges of {loss['reason']} must ascend, got {loss['ranges']}")
        previous = last
    return Loss(reason=loss["reason"], ranges=ranges)


def coverage_differences(
    *,
    sent: int,
    stored: tuple[tuple[int, int], ...],
    losses: Mapping[LossKind, tuple[Loss, ...]],
) -> list[str]:
    """Where the sent frames are not each stored, lost, rejected or dropped exactly once.

    Args:
        sent: How many frames were sent; their sequences are 0 to ``sent - 1``.
        stored: The ranges of the stored predictions, see :func:`ranges_of`.
        losses: The client's losses; ``unsent`` is left out of account.

    Returns:
        A sentence for each gap, each overlap and each range beyond the sent frames, ascending.
    """
    claims: list[tuple[int, int, str]] = [(first, last, "stored") for first, last in stored]
    for kind in LOSS_KINDS[1:]:
        claims += [
            (first, last, kind) for loss in losses.get(kind, ()) for first, last in loss.ranges
        ]
    sentences = []
    following, before = 0, ""  # the first sequence that nobody has claimed yet, and who came last
    for first, last, claim in sorted(claims):
        if first > following:
            sentences.append(_sentence(following, first - 1, "nobody accounts for"))
        if first < following:
            again = min(last, following - 1)
            sentences.append(_sentence(first, again, f"accounted for as {before} and as {claim}:"))
        if last >= following:
            following, before = last + 1, claim
    if following < sent:
        sentences.append(_sentence(following, sent - 1, "nobody accounts for"))
    if following > sent:
        sentences.append(_sentence(sent, following - 1, "accounted for, but never sent:"))
    return sentences


def _sentence(first: int, last: int, what: str) -> str:
    return f"{what} frame {first}" if first == last else f"{what} frames {first} to {last}"
