"""What the pages of a comparison show: two sessions side by side, and the frames they differ on."""

import math
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from results.api.serializers import class_name, probabilities_of
from results.charts import Bar, bars
from results.comparing.compared import ComparedSession, ComparedSessions
from results.comparing.comparison import Flip, Verdict
from results.comparing.flips import FlippedFrame, Said
from results.comparing.pairing import SessionPair
from results.comparing.sides import ClassDifference
from results.models import Prediction
from results.templatetags.results_format import (
    NO_DATA,
    count,
    decimal,
    milliseconds,
    percent,
)

CHANGES = 8
# A smaller p-value is not told apart from this one.
LEAST_P = 1e-6
# What counts as the same: less than would be shown.
_SAME_SHARE, _SAME_MS = 0.00005, 0.005


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of both, as text, and by how much the second's is higher.

    Attributes:
        better: ``A`` or ``B``; empty where they are the same or neither is better by being higher.
    """

    name: str
    hint: str
    first: str
    second: str
    difference: str
    better: str = ""


@dataclass(frozen=True, slots=True)
class ClassBars:
    """One class of both: the share found of those labelled so, or without labels how often said."""

    difference: ClassDifference
    first: Bar
    second: Bar
    text: str
    better: str


@dataclass(frozen=True, slots=True)
class NamedChange:
    """Frames that the first calls one class and the second another."""

    first_class_id: int
    second_class_id: int
    first_name: str
    second_name: str
    frames: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to narrow the flipped frames, with how many there are."""

    kind: str
    name: str
    frames: int


@dataclass(frozen=True, slots=True)
class ShownSaid:
    """What one of the two said of a frame; ``is_right`` is ``None`` without a label."""

    class_name: str
    confidence: float
    is_right: bool | None


@dataclass(frozen=True, slots=True)
class FlipCard:
    """One flipped frame with its names."""

    sequence: int
    label_name: str | None
    first: ShownSaid
    second: ShownSaid


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """Everything that the page of a comparison draws but the flipped frames themselves."""

    verdict: Verdict
    headline: str
    sentence: str
    figures: tuple[Figure, ...]
    classes: tuple[ClassBars, ...]
    changes: tuple[NamedChange, ...]
    choices: tuple[Choice, ...]
    class_names: tuple[str, ...]
    names_differ: bool


@dataclass(frozen=True, slots=True)
class ComparedFrame:
    """One frame with all that both said of it; bars are in the order of the classes.

    ``sequence`` is the first session's, ``other_sequence`` the second's.
    """

    sequence: int
    other_sequence: int
    label_name: str | None
    first: ShownSaid
    second: ShownSaid
    first_bars: tuple[Bar, ...]
    second_bars: tuple[Bar, ...]


def comparison_page(compared: ComparedSessions) -> ComparisonPage:
    """What the page shows of two sessions that were compared."""
    first, second, comparison = compared.first, compared.second, compared.comparison
    verdict = comparison.verdict
    headline, sentence = in_words(
        verdict, first.session.classifier.name, second.session.classifier.name
    )
    names = comparison.class_names
    return ComparisonPage(
        verdict=verdict,
        headline=headline,
        sentence=sentence,
        figures=_figures(first, second),
        classes=_class_bars(comparison.classes, is_labelled=verdict.labelled > 0),
        changes=tuple(
            NamedChange(
                one.first_class_id,
                one.second_class_id,
                names[one.first_class_id],
                names[one.second_class_id],
                one.frames,
            )
            for one in comparison.changes(CHANGES)
        ),
        choices=_choices(verdict),
        class_names=names,
        names_differ=(
            first.session.classifier.class_names != second.session.classifier.class_names
        ),
    )


def in_words(verdict: Verdict, first_name: str, second_name: str) -> tuple[str, str]:
    """Which of the two is better, and how likely that is chance, for people.

    Args:
        first_name: Of the first classifier, which is called A.
        second_name: Of the second, which is called B.

    Returns:
        A headline and the reason for it.
    """
    if not verdict.frames:
        return _("Nothing to compare yet"), _("No frame has been classified by both.")
    if not verdict.labelled:
        return (
            _("No labels, so no verdict"),
            _("Nobody said what these frames show, so only how often the two agree is known."),
        )
    one, other = verdict.only_first_right, verdict.only_second_right
    if verdict.p_value is None:
        return (
            _("No difference"),
            _("Whatever one of them got right, the other got right as well."),
        )
    told = ngettext(
        "Of the %(frames)s frame that only one of them got right, A got %(first)s and B got "
        "%(second)s.",
        "Of the %(frames)s frames that only one of them got right, A got %(first)s and B got "
        "%(second)s.",
        one + other,
    ) % {"frames": count(one + other), "first": count(one), "second": count(other)}
    if verdict.better is None:
        return _("No difference beyond chance"), f"{told} {_by_chance(verdict.p_value)}"
    headline = (
        _("A, %(name)s, is better") % {"name": first_name}
        if verdict.better == "first"
        else _("B, %(name)s, is better") % {"name": second_name}
    )
    return headline, f"{told} {_beyond_chance(verdict.p_value)}"


def flip_card(flip: FlippedFrame, pair: SessionPair) -> FlipCard:
    """A flipped frame with the names of its classes."""
    return FlipCard(
        sequence=flip.sequence,
        label_name=None if flip.label is None else class_name([*pair.class_names], flip.label),
        first=_shown(flip.first, flip.label, pair),
        second=_shown(flip.second, flip.label, pair),
    )


def compared_frame(pair: SessionPair, sequence: int) -> ComparedFrame | None:
    """What both said of the frame of that sequence of the first; ``None`` unless both did.

    Two queries.
    """
    other_sequence = pair.first.offset + sequence - pair.second.offset
    if other_sequence < 0:
        return None
    first = Prediction.objects.filter(session=pair.first, sequence=sequence).first()
    second = Prediction.objects.filter(session=pair.second, sequence=other_sequence).first()
    if first is None or second is None:
        return None
    label = second.label if first.label is None else first.label
    return ComparedFrame(
        sequence=sequence,
        other_sequence=other_sequence,
        label_name=None if label is None else class_name([*pair.class_names], label),
        first=_shown(Said(first.class_id, first.confidence), label, pair),
        second=_shown(Said(second.class_id, second.confidence), label, pair),
        first_bars=_probability_bars(first, pair.first.classifier.class_names),
        second_bars=_probability_bars(second, pair.second.classifier.class_names),
    )


def _shown(said: Said, label: int | None, pair: SessionPair) -> ShownSaid:
    return ShownSaid(
        class_name=class_name([*pair.class_names], said.class_id),
        confidence=said.confidence,
        is_right=None if label is None else label == said.class_id,
    )


def _probability_bars(prediction: Prediction, names: list[str]) -> tuple[Bar, ...]:
    shares = probabilities_of(prediction)
    return bars([class_name(names, index) for index in range(len(shares))], shares, top=1)


def points(difference: float) -> str:
    """A difference of two fractions in percentage points, with its sign.

    >>> points(0.0123).replace("\u202f", " "), points(-0.2).replace("\u202f", " ")
    ('+1.23 points', '−20.00 points')
    """
    unit = _("points")
    return f"{_signed(difference * 100)}\u202f{unit}"


def _figures(first: ComparedSession, second: ComparedSession) -> tuple[Figure, ...]:
    one, other = first.side, second.side
    parameters = [each.session.classifier.parameter_count or None for each in (first, second)]
    return (
        _share(
            _("Accuracy"),
            _("of labelled frames"),
            one.metrics["accuracy"],
            other.metrics["accuracy"],
        ),
        _share(
            _("Macro F1"),
            _("mean over classes"),
            one.metrics["macro_f1"],
            other.metrics["macro_f1"],
        ),
        _share(
            _("Mean confidence"),
            _("of the predicted class"),
            one.confidence_mean,
            other.confidence_mean,
            good=0,
        ),
        _share(
            _("Calibration error"),
            _("how far confidence is from accuracy"),
            one.calibration_error,
            other.calibration_error,
            good=-1,
        ),
        _latency(
            _("Latency, median"),
            first.latency_ms and first.latency_ms["p50"],
            second.latency_ms and second.latency_ms["p50"],
        ),
        _latency(
            _("Latency, p95"),
            first.latency_ms and first.latency_ms["p95"],
            second.latency_ms and second.latency_ms["p95"],
        ),
        Figure(
            _("Parameters"), _("of the classifier"), count(parameters[0]), count(parameters[1]), ""
        ),
    )


def _share(
    name: str, hint: str, first: float | None, second: float | None, *, good: int = 1
) -> Figure:
    """A fraction in percent; ``good`` is 1 where higher is better, -1 where lower is, 0 neither."""
    texts = (percent(first, 2), percent(second, 2))
    if first is None or second is None:
        return Figure(name, hint, *texts, NO_DATA)
    difference = second - first
    return Figure(name, hint, *texts, points(difference), _better(good * difference, _SAME_SHARE))


def _latency(name: str, first: float | None, second: float | None) -> Figure:
    hint = _("send to result, whole session")
    texts = (milliseconds(first), milliseconds(second))
    if first is None or second is None:
        return Figure(name, hint, *texts, NO_DATA)
    difference = f"{_signed(second - first)}\u202fms"
    return Figure(name, hint, *texts, difference, _better(first - second, _SAME_MS))


def _better(gain: float, same: float) -> str:
    if abs(gain) < same:
        return ""
    return "B" if gain > 0 else "A"


def _signed(value: float) -> str:
    if round(abs(value), 2) == 0:
        return "0"
    text = decimal(abs(value), 2)
    return f"+{text}" if value > 0 else f"−{text}"


def _class_bars(
    classes: tuple[ClassDifference, ...], *, is_labelled: bool
) -> tuple[ClassBars, ...]:
    if is_labelled:
        rows = [one for one in classes if one.support]
        full: float = 1
        values = [(one.first_recall, one.second_recall) for one in rows]
    else:
        rows = [one for one in classes if one.first_said or one.second_said]
        values = [(one.first_said, one.second_said) for one in rows]
        full = max((max(one.first_said, one.second_said) for one in rows), default=0)
    return tuple(
        ClassBars(
            difference=one,
            first=bars([one.class_name], [first], top=full)[0],
            second=bars([one.class_name], [second], top=full)[0],
            text="" if one.difference is None else points(one.difference),
            better="" if one.difference is None else _better(one.difference, _SAME_SHARE),
        )
        for one, (first, second) in zip(rows, values, strict=True)
    )


def _choices(verdict: Verdict) -> tuple[Choice, ...]:
    every = Choice("", _("All flips"), verdict.flipped)
    if not verdict.labelled:
        return (every,)
    return (
        every,
        Choice(Flip.ONLY_FIRST, _("Only A right"), verdict.only_first_right),
        Choice(Flip.ONLY_SECOND, _("Only B right"), verdict.only_second_right),
        Choice(Flip.BOTH_WRONG, _("Both wrong, differently"), verdict.wrong_differently),
    )


def _p(p_value: float) -> str:
    """With two digits that count, written out: a page is no place for 4e-05."""
    if p_value < LEAST_P:
        return f"p < {decimal(LEAST_P, 6)}"
    digits = max(2, 1 - math.floor(math.log10(p_value)))
    return f"p = {decimal(p_value, digits)}"


def _by_chance(p_value: float) -> str:
    return _(
        "Two equally good classifiers would differ at least this much in %(times)d of 100 such "
        "comparisons (McNemar’s exact test, %(p)s)."
    ) % {"times": round(p_value * 100), "p": _p(p_value)}


def _beyond_chance(p_value: float) -> str:
    if p_value < LEAST_P:
        return _(
            "Two equally good classifiers would differ this much in less than one of a million "
            "such comparisons (McNemar’s exact test, %(p)s)."
        ) % {"p": _p(p_value)}
    return _(
        "Two equally good classifiers would differ this much in one of %(times)s such "
        "comparisons (McNemar’s exact test, %(p)s)."
    ) % {"times": count(round(1 / p_value)), "p": _p(p_value)}
