"""results.models.SessionPulse."""

import pytest
from django.db import IntegrityError

from results.models import SessionPulse
from tests.results.conftest import make_session

pytestmark = pytest.mark.django_db


def test_a_slot_holds_one_second() -> None:
    session = make_session()
    counts = dict.fromkeys(("sent", "received", "analysed", "stored"), 1)
    pulse = SessionPulse.objects.create(session=session, slot=3, second=93, **counts)
    assert str(pulse) == f"second 93 of {session.pk}"
    with pytest.raises(IntegrityError):
        SessionPulse.objects.create(session=session, slot=3, second=183, **counts)
