"""To whom sessions belong, and how many one owner may have."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from access.models import AccessToken
from access.roles import Owner
from results.errors import TooManySessions
from results.lifecycle import FINAL_STATES
from results.models import Session


def check_capacity(owner: Owner) -> None:
    """Let an owner pass who may have one more unfinished session; within a transaction.

    The owner's row is locked until that ends, so that two sessions at once are counted one after
    the other. Sessions that are nobody's are not counted.

    Raises:
        TooManySessions: the owner has all they may have.
    """
    if owner.token_id is not None:
        AccessToken.objects.select_for_update().filter(pk=owner.token_id).first()
        unfinished = Session.objects.filter(token=owner.token_id)
    elif owner.user_id is not None:
        get_user_model().objects.select_for_update().filter(pk=owner.user_id).first()
        unfinished = Session.objects.filter(started_by=owner.user_id, token=None)
    else:
        return
    if unfinished.exclude(state__in=FINAL_STATES).count() >= settings.MAX_SESSIONS:
        raise TooManySessions(
            _("at most %(most)d unfinished sessions of one token or person may be there at once")
            % {"most": settings.MAX_SESSIONS}
        )
