"""What templates may show of what the visitor may do."""

from django.http import HttpRequest

from access import policy
from access.visitors import visitor_of


def permissions(request: HttpRequest) -> dict[str, bool]:
    """``asks_for_sign_in``: this server does; ``may_start``: this visitor may start sessions."""
    rules = policy.rules()
    return {
        "asks_for_sign_in": rules.is_network,
        # Who asks is looked up only where it matters.
        "may_start": not rules.is_network or rules.may_start(visitor_of(request)),
    }
