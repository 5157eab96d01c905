"""How numbers read on a page, each with its unit; no data reads as a dash.

Everything is kept in fractions, milliseconds and seconds; percent exists only here. Decimals stand
behind the sign that the page's language has for it, thousands behind a narrow space in each.
"""

from collections.abc import Sequence
from typing import Any, Literal

from django import template
from django.utils.formats import get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

register = template.Library()

NO_DATA = "–"
# What a template's look-up gives where there is nothing to look up.
Number = float | Literal[""] | None
_NARROW_SPACE = "\u202f"  # between a number and its unit, and between thousands: never breaks
_SHOWN_RANGES = 6
_DRIFT_LEVELS = {
    "none": gettext_lazy("no drift"),
    "moderate": gettext_lazy("moderate drift"),
    "large": gettext_lazy("large drift"),
}


def decimal(value: float, digits: int) -> str:
    """A number with that many decimals, as the page's language writes it.

    >>> decimal(0.125, 2)
    '0.12'
    """
    return f"{value:.{digits}f}".replace(".", get_format("DECIMAL_SEPARATOR"))


@register.filter
def count(value: int | Literal[""] | None) -> str:
    """A whole number with its thousands set apart.

    >>> count(1234567).replace("\u202f", " ")
    '1 234 567'
    """
    return NO_DATA if value in (None, "") else f"{value:,}".replace(",", _NARROW_SPACE)


@register.filter
def percent(fraction: Number, digits: int = 1) -> str:
    """A fraction in percent.

    >>> percent(0.9234).replace("\u202f", " ")
    '92.3 %'
    """
    if fraction is None or fraction == "":
        return NO_DATA
    return f"{decimal(fraction * 100, digits)}{_NARROW_SPACE}%"


@register.filter
def magnitude(value: float) -> float:
    """Without its sign.

    >>> magnitude(-0.5)
    0.5
    """
    return abs(value)


@register.filter
def p_value(value: Number) -> str:
    """The outcome of a test; what is very small is not told from what is smaller still.

    >>> p_value(0.0314), p_value(1e-9)
    ('0.031', '< 0.001')
    """
    if value is None or value == "":
        return NO_DATA
    return f"< {decimal(0.001, 3)}" if value < 0.001 else decimal(value, 3)


@register.filter
def drift_level(level: str) -> str:
    """A level of drift in words.

    >>> drift_level("none"), drift_level("large")
    ('no drift', 'large drift')
    """
    return str(_DRIFT_LEVELS.get(level, level))


@register.filter
def milliseconds(value: Number) -> str:
    """A latency in milliseconds, with three digits that count; seconds from 10,000 ms on.

    >>> milliseconds(12.345).replace("\u202f", " "), milliseconds(12345).replace("\u202f", " ")
    ('12.3 ms', '12.3 s')
    """
    if value is None or value == "":
        return NO_DATA
    if value >= 10_000:
        return f"{decimal(value / 1000, 1)}{_NARROW_SPACE}s"
    return f"{decimal(value, 2 if value < 10 else 1 if value < 100 else 0)}{_NARROW_SPACE}ms"


@register.filter
def rate(value: Number) -> str:
    """Frames a second.

    >>> rate(10).replace("\u202f", " ")
    '10 fps'
    """
    if value is None or value == "":
        return NO_DATA
    digits = 0 if value >= 100 or float(value).is_integer() else 1 if value >= 9.95 else 2
    whole, _point, rest = f"{value:,.{digits}f}".partition(".")
    text = whole.replace(",", _NARROW_SPACE)
    return f"{text}{get_format('DECIMAL_SEPARATOR') if rest else ''}{rest}{_NARROW_SPACE}fps"


@register.filter
def rate_asked(value: Number) -> str:
    """The rate that was asked for, where 0 means as fast as it goes.

    >>> rate_asked(0)
    'as fast as it goes'
    """
    return _("as fast as it goes") if value == 0 else rate(value)


@register.filter
def duration(seconds: Number) -> str:
    """A length of time in its two largest units.

    >>> duration(100).replace("\u202f", " ")
    '1 min 40 s'
    """
    if seconds is None or seconds == "":
        return NO_DATA
    if seconds < 60:
        return f"{decimal(seconds, 1)}{_NARROW_SPACE}s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}{_NARROW_SPACE}min {whole % 60}{_NARROW_SPACE}s"
    return f"{whole // 3600}{_NARROW_SPACE}h {whole % 3600 // 60}{_NARROW_SPACE}min"


@register.filter
def ranges(values: Sequence[Sequence[int]]) -> str:
    """Sequence ranges, first and last included; the first few of many.

    >>> ranges([[0, 2], [7, 7]])
    '0–2, 7'
    """
    shown = [
        str(first) if first == last else f"{first}–{last}" for first, last in values[:_SHOWN_RANGES]
    ]
    more = len(values) - len(shown)
    if not more:
        return ", ".join(shown)
    text = ngettext("%(ranges)s and %(more)d more", "%(ranges)s and %(more)d more", more)
    return text % {"ranges": ", ".join(shown), "more": more}


@register.simple_tag
def between(low: str, high: str) -> str:
    """A range of two numbers as they are written.

    >>> between("0", "5")
    '0 to 5'
    """
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


@register.simple_tag
def seen_as(frames: int, share: float, label: object, said: object) -> str:
    """A cell of a confusion matrix in words; a matrix has a hundred.

    >>> seen_as(1, 0.005, "Shirt", "Coat").replace("\u202f", " ")
    '1 frame, Shirt seen as Coat, 0.5 % of the label'
    """
    words = ngettext(
        "%(frames)s frame, %(label)s seen as %(said)s, %(share)s of the label",
        "%(frames)s frames, %(label)s seen as %(said)s, %(share)s of the label",
        frames,
    )
    return words % {"frames": count(frames), "label": label, "said": said, "share": percent(share)}


@register.filter
def at(values: Sequence[Any], index: int | None) -> Any:
    """The item of that index, or the index itself where there is none (a class without a name)."""
    if index is None:
        return NO_DATA
    return values[index] if 0 <= index < len(values) else index


@register.simple_tag(name="bar")
def draw_bar(length: float, kind: str = "") -> SafeString:
    """A horizontal bar of ``length`` percent of the room there is; its text stands beside it."""
    return format_html(
        '<svg class="bar {}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar-rest" width="100" height="8"/>'
        '<rect class="bar-fill" width="{}" height="8"/></svg>',
        kind,
        f"{length:.2f}",
    )
