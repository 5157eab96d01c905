"""Sessions that a client opens."""

import math
from typing import Any

import pytest

from results.errors import InvalidRequest
from results.models import CLIENT_LENGTH, Session
from results.services import open_session
from tests.results.conftest import make_classifier, make_dataset

pytestmark = pytest.mark.django_db


def _opened(**fields: Any) -> Session:
    given = {
        "dataset": make_dataset(),
        "classifier": make_classifier(),
        "client": "analyze 1",
        "announced": 100,
        "fps": 10.0,
        "offset": 0,
        "secret_hash": "ab" * 32,
        **fields,
    }
    return open_session(**given)


def test_is_opened_and_has_sent_nothing() -> None:
    session = Session.objects.get(pk=_opened(offset=900).pk)
    assert session.state == "opened"
    assert (session.announced, session.sent, session.offset) == (100, 0, 900)
    assert session.secret_hash == "ab" * 32


def test_a_rate_of_zero_is_as_fast_as_possible() -> None:
    assert _opened(fps=0.0).fps == 0


def test_keeps_which_session_it_repeats() -> None:
    first = _opened()
    assert Session.objects.get(pk=_opened(repeats=first).pk).repeats == first
    assert first.repeats is None


def test_cuts_a_client_that_is_too_long() -> None:
    assert len(_opened(client="x" * 999).client) == CLIENT_LENGTH


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"announced": 0}, "count must be from 1 to 1000", id="none"),
        pytest.param({"announced": -5}, "got -5", id="negative-count"),
        pytest.param({"announced": 1001}, "count must be from 1 to 1000", id="too-many"),
        pytest.param({"announced": 2**70}, "count must be", id="huge"),
        pytest.param({"announced": 101, "offset": 900}, "from 1 to 100,", id="beyond-the-end"),
        pytest.param({"offset": 1000}, "offset must be from 0 to 999", id="offset-outside"),
        pytest.param({"offset": -1}, "offset must be", id="negative-offset"),
        pytest.param({"fps": -0.1}, "fps must be", id="negative-rate"),
        pytest.param({"fps": math.nan}, "fps must be .* got nan", id="nan"),
        pytest.param({"fps": math.inf}, "fps must be", id="infinite"),
    ],
)
def test_refuses_values_out_of_range(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        _opened(**fields)
    assert not Session.objects.exists()
