"""What is allowed and still deserves a warning at every start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning as CheckWarning, register

from access.addresses import is_loopback


@register(Tags.security)
def check_exposure(**_: Any) -> list[CheckMessage]:
    """``fashionsite.W001``: a network without TLS; ``W002``: one that nobody declared."""
    found: list[CheckMessage] = []
    if settings.IS_NETWORK and not settings.HTTPS:
        found.append(
            CheckWarning(
                "HTTPS=false: passwords, tokens and pictures cross the network readable",
                hint="put a proxy that does TLS in front and set BEHIND_PROXY=true; "
                "docs/how-to/run-on-a-network.md",
                id="fashionsite.W001",
            )
        )
    foreign = [host for host in settings.ALLOWED_HOSTS if not is_loopback(host.strip("[]"))]
    if not settings.IS_NETWORK and foreign:
        found.append(
            CheckWarning(
                f"ALLOWED_HOSTS names {', '.join(foreign)}, but FASHIONSITE_ACCESS is local: "
                "whoever reaches the server may do everything",
                hint="set FASHIONSITE_ACCESS=network where others than this machine reach it",
                id="fashionsite.W002",
            )
        )
    return found
