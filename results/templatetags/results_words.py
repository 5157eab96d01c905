"""What the words of programs (states, reasons, links) and moments are called on a page.

In English most words are said as they are; what is in no table here is said as it came.
"""

import re
from collections.abc import Mapping
from datetime import datetime

from django import template
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

register = template.Library()

Words = Mapping[str, str | Promise]

STATES: Words = {
    "requested": pgettext_lazy("state of a session", "requested"),
    "opened": pgettext_lazy("state of a session", "opened"),
    "running": pgettext_lazy("state of a session", "running"),
    "finishing": pgettext_lazy("state of a session", "finishing"),
    "completed": pgettext_lazy("state of a session", "completed"),
    "stopped": pgettext_lazy("state of a session", "stopped"),
    "failed": pgettext_lazy("state of a session", "failed"),
}
LEDGER: Words = {
    "announced": pgettext_lazy("frames of a ledger", "announced"),
    "sent": pgettext_lazy("frames of a ledger", "sent"),
    "unsent": pgettext_lazy("frames of a ledger", "unsent"),
    "received": pgettext_lazy("frames of a ledger", "received"),
    "lost": pgettext_lazy("frames of a ledger", "lost"),
    "analysed": pgettext_lazy("frames of a ledger", "analysed"),
    "rejected": pgettext_lazy("frames of a ledger", "rejected"),
    "dropped": pgettext_lazy("frames of a ledger", "dropped"),
    "stored": pgettext_lazy("frames of a ledger", "stored"),
}
SIDES: Words = {
    "server": pgettext_lazy("side of a stream", "server"),
    "client": pgettext_lazy("side of a stream", "client"),
}
# Why frames are missing or somebody asked for a stop; a client may bring reasons of its own.
REASONS: Words = {
    "browser": pgettext_lazy("reason in a ledger", "browser"),
    "client": pgettext_lazy("reason in a ledger", "client"),
    "rest": pgettext_lazy("reason in a ledger", "rest"),
    "interrupted": pgettext_lazy("reason in a ledger", "interrupted"),
    "overload": pgettext_lazy("reason in a ledger", "overload"),
    "gap": pgettext_lazy("reason in a ledger", "gap"),
    "not-finite": pgettext_lazy("reason in a ledger", "not-finite"),
    "stream-ended": pgettext_lazy("reason in a ledger", "stream-ended"),
    "failed": pgettext_lazy("reason in a ledger", "failed"),
    "expired": pgettext_lazy("reason in a ledger", "expired"),
    "unaccounted": pgettext_lazy("reason in a ledger", "unaccounted"),
}
LINKS: Words = {
    "its frames analysed again": gettext_lazy("its frames analysed again"),
    "the original": gettext_lazy("the original"),
    "repeats the same session": gettext_lazy("repeats the same session"),
}
# By what :class:`results.measuring.drift.StreamDrift` says.
DRIFT: Words = {
    "Too early to tell: it takes 50 frames.": gettext_lazy(
        "Too early to tell: it takes 50 frames."
    ),
    "No drift: class mix and confidence are as in the baseline.": gettext_lazy(
        "No drift: class mix and confidence are as in the baseline."
    ),
    "Moderate drift of class mix.": gettext_lazy("Moderate drift of class mix."),
    "Moderate drift of confidence.": gettext_lazy("Moderate drift of confidence."),
    "Moderate drift of class mix and confidence.": gettext_lazy(
        "Moderate drift of class mix and confidence."
    ),
    "Large drift of class mix.": gettext_lazy("Large drift of class mix."),
    "Large drift of confidence.": gettext_lazy("Large drift of confidence."),
    "Large drift of class mix and confidence.": gettext_lazy(
        "Large drift of class mix and confidence."
    ),
}


def said(words: Words, code: str) -> str:
    """What a code is called, or the code itself where nobody gave it a name."""
    return str(words.get(code, code))


@register.filter
def state_name(state: str) -> str:
    """The state of a session.

    >>> state_name("running")
    'running'
    """
    return said(STATES, state)


@register.filter
def ledger_name(field: str) -> str:
    """A count of the ledger.

    >>> ledger_name("unsent")
    'unsent'
    """
    return said(LEDGER, field)


@register.filter
def side_name(side: str) -> str:
    """Whose count it is.

    >>> side_name("server")
    'server'
    """
    return said(SIDES, side)


@register.filter
def reason_name(reason: str) -> str:
    """Why frames are missing.

    >>> reason_name("overload"), reason_name("a reason of the client's own")
    ('overload', "a reason of the client's own")
    """
    return said(REASONS, reason)


@register.filter
def link_name(link: str) -> str:
    """How one session is related to another.

    >>> link_name("the original")
    'the original'
    """
    return said(LINKS, link)


@register.filter
def drift_sentence(sentence: str) -> str:
    """What a stream's drift comes to.

    >>> drift_sentence("Large drift of class mix.")
    'Large drift of class mix.'
    """
    return said(DRIFT, sentence)


@register.filter
def ledger_difference(sentence: str) -> str:
    """An equation of the ledger that does not hold.

    >>> ledger_difference("announced 10 is not sent 8 + unsent 1")
    'announced 10 is not sent 8 + unsent 1'
    """
    left, is_equation, right = sentence.partition(" is not ")
    if not is_equation:
        return sentence
    left, right = (
        re.sub("[a-z]+", lambda word: ledger_name(word[0]), side) for side in (left, right)
    )
    return _("%(left)s is not %(right)s") % {"left": left, "right": right}


@register.filter
def day(moment_of: datetime | None) -> str:
    """The day of a moment, in UTC."""
    return _dated(moment_of, pgettext("format of a day", "j M Y"))


@register.filter
def moment(moment_of: datetime | None) -> str:
    """Day, hour and minute, in UTC and saying so."""
    text = _dated(moment_of, pgettext("format of a moment", "j M Y, H:i"))
    return text and f"{text} UTC"


@register.filter
def exact_moment(moment_of: datetime | None) -> str:
    """As :func:`moment`, with seconds."""
    text = _dated(moment_of, pgettext("format of a moment", "j M Y, H:i:s"))
    return text and f"{text} UTC"


def _dated(value: datetime | None, wanted: str) -> str:
    return "" if value is None else date_format(value, wanted)
