"""results.services.counts.SessionCounts."""

import pytest

from results.services.counts import read_counts
from tests.results.conftest import make_session


@pytest.mark.django_db
def test_nobody_was_seen_before_somebody_says_so() -> None:
    (counts,) = read_counts([make_session().uuid]).values()
    assert (counts.is_client_seen, counts.is_streamed) == (False, False)
