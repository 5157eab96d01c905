"""What the wall of frames and the page of one frame show, put together for the templates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from results import selectors
from results.api.serializers import class_name, probabilities_of
from results.charts import Bar, bars
from results.ledger import LossKind
from results.models import Prediction, Session
from results.search import PredictionSearch

FRAMES_A_PAGE = 60
PREVIEWED = 8
TOP_K = 3
# What a wall is narrowed and ordered by, as its address says it.
FILTERS = ("class_id", "label", "right", "confidence_min", "confidence_max", "order")
# Pictures of any shape are laid out in a box of this side before they are there.
PICTURE_SIDE = 112


@dataclass(frozen=True, slots=True)
class FrameCard:
    """One frame with what was said of it.

    Attributes:
        class_name: What the classifier said.
        confidence: How sure it was, 0 to 1.
        label_name: What a person said; ``None`` without a label.
        is_right: Whether the two agree; ``None`` without a label.
        latency_ms: From sending to result.
        top: The most probable classes, the most probable first.
    """

    sequence: int
    class_name: str
    confidence: float
    label_name: str | None
    is_right: bool | None
    latency_ms: float
    top: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Wall:
    """A page of frames that fit.

    Attributes:
        found: How many there are in all.
        filters: What they were narrowed by, for the form.
        first_query: The address of the first page, after the ``?``.
        next_query: That of the next page; ``None`` on the last.
        frame_query: What a frame's address takes along to find back here.
    """

    cards: tuple[FrameCard, ...]
    found: int
    filters: Mapping[str, str]
    first_query: str
    next_query: str | None
    frame_query: str


@dataclass(frozen=True, slots=True)
class FrameLoss:
    """Why a frame has no prediction."""

    kind: LossKind
    reason: str


@dataclass(frozen=True, slots=True)
class FramePage:
    """One frame in full; without a card it was not stored, and ``loss`` says why if it is known.

    Attributes:
        bars: Every class with its probability, in the order of the classes.
        label_id: What a person said, if anybody did.
        previous: The frame sent before it; ``following`` the one sent after it.
        next_of_these: The next frame that fits, in the order of the wall it was opened from.
        is_sent: Whether there is a picture of it.
    """

    sequence: int
    card: FrameCard | None
    bars: tuple[Bar, ...]
    class_id: int | None
    label_id: int | None
    loss: FrameLoss | None
    previous: int | None
    following: int | None
    next_of_these: int | None
    is_sent: bool


def picture_size(session: Session) -> dict[str, int]:
    """Width and height at which pages lay out a frame before its picture is there, pixels."""
    height, width = session.dataset.height, session.dataset.width
    return {
        "picture_width": max(1, round(PICTURE_SIDE * min(1, width / height))),
        "picture_height": max(1, round(PICTURE_SIDE * min(1, height / width))),
    }


def frame_cards(session: Session, predictions: list[Prediction]) -> tuple[FrameCard, ...]:
    """Stored predictions as cards, with the names of their classes."""
    names = session.classifier.class_names
    label_names = session.dataset.class_names or names
    return tuple(
        FrameCard(
            sequence=row.sequence,
            class_name=class_name(names, row.class_id),
            confidence=row.confidence,
            label_name=None if row.label is None else class_name(label_names, row.label),
            is_right=None if row.label is None else row.label == row.class_id,
            latency_ms=row.latency_ms,
            top=_top(names, probabilities_of(row)),
        )
        for row in predictions
    )


def wall(
    session: Session, search: PredictionSearch, query: Mapping[str, str], after: int | None
) -> Wall:
    """The page of frames after that sequence, in the order of the search.

    Args:
        query: The search as it stood in the address, of which :data:`FILTERS` are taken.
    """
    filters = {name: query[name] for name in FILTERS if query.get(name)}
    page = search.page(FRAMES_A_PAGE, after=after)
    here = filters if after is None else {**filters, "after": str(after)}
    onward = None if page.next_after is None else {**filters, "after": str(page.next_after)}
    return Wall(
        cards=frame_cards(session, page.rows),
        found=search.count(),
        filters=filters,
        first_query=urlencode(filters),
        next_query=None if onward is None else urlencode(onward),
        frame_query=urlencode(here),
    )


def frame_page(session: Session, sequence: int, search: PredictionSearch | None) -> FramePage:
    """One frame of a session, whether or not anything was said of it.

    Args:
        search: The wall that it was opened from; ``None`` where that cannot be told.

    Raises:
        FrameUnavailable: the session announced no such frame.
    """
    prediction = selectors.announced_prediction(session, sequence)
    onward = None
    if search is not None and prediction is not None:
        onward = next(iter(search.page(1, after=sequence).rows), None)
    names = session.classifier.class_names
    probabilities = [] if prediction is None else probabilities_of(prediction)
    return FramePage(
        sequence=sequence,
        card=None if prediction is None else frame_cards(session, [prediction])[0],
        bars=bars(_labels(names, range(len(probabilities))), probabilities, 1),
        class_id=None if prediction is None else prediction.class_id,
        label_id=None if prediction is None else prediction.label,
        loss=None if prediction is not None else _loss_of(session, sequence),
        previous=sequence - 1 if sequence > 0 else None,
        following=sequence + 1 if sequence + 1 < session.announced else None,
        next_of_these=None if onward is None else onward.sequence,
        is_sent=sequence < session.sent,
    )


def _top(names: list[str], probabilities: list[float]) -> tuple[Bar, ...]:
    ranked = sorted(enumerate(probabilities), key=lambda pair: (-pair[1], pair[0]))[:TOP_K]
    return bars(
        _labels(names, [class_id for class_id, _ in ranked]), [share for _, share in ranked], 1
    )


def _labels(names: list[str], class_ids: Iterable[int]) -> list[str]:
    return [class_name(names, class_id) for class_id in class_ids]


def _loss_of(session: Session, sequence: int) -> FrameLoss | None:
    for kind, losses in session.ledger.losses.items():
        for loss in losses:
            if any(first <= sequence <= last for first, last in loss.ranges):
                return FrameLoss(kind, loss.reason)
    return None
