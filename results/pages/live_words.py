"""What the scripts of a live view say, in the language of the page."""

from typing import Any

from django.utils.translation import gettext as _

from results.templatetags.results_words import DRIFT, STATES


def live_words() -> dict[str, Any]:
    """Sentences with {gaps} for what is filled in, and names of states and of what drift comes to.

    The state of a session, which may also be its socket's, comes over the wire in English.
    """
    return {
        "states": {code: str(name) for code, name in STATES.items()},
        "drift": {sentence: str(name) for sentence, name in DRIFT.items()},
        "frame": _("Frame {sequence}: {said}"),
        "frame_sure": _("Frame {sequence}: {said}, {confidence}"),
        "waiting": {
            "requested": _("Waiting for a client that follows to take this session."),
            "opened": _("Both sides are getting ready."),
            "running": _("Waiting for the first result."),
        },
        "stopping": _("Stopping…"),
        "spoken": {
            "stored": _("{stored} of {announced} frames stored"),
            "rate": _("{rate} frames a second"),
            "latency": _("median latency {milliseconds} milliseconds"),
            "under_way": _("{frames} under way"),
            "last": _("the last is {said} at {percent} percent"),
        },
        "charts": {
            "mix": _("most: {classes}"),
            "rate": _("now {stored} of {sent}"),
            "latency": _("now {median} and {p95}"),
            "queue": _("now {travelling}, {queued} and {storing} frames"),
            "frames": _("{count} frames"),
        },
    }
