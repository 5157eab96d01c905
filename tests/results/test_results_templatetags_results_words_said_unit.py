"""results.templatetags.results_words: every code that a page shows has a name."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product

import pytest
from django.utils import translation

from results.charts import way
from results.ledger import FIELDS, Ledger
from results.lifecycle import SessionState
from results.measuring.drift import LEAST_FRAMES, LEVELS, Drift, StreamDrift
from results.templatetags import results_words as words

MOMENT = datetime(2026, 3, 9, 14, 5, 7, tzinfo=UTC)


def test_every_state_of_a_session_has_a_name() -> None:
    assert set(words.STATES) == {str(state) for state in SessionState}


def test_every_count_of_a_ledger_and_each_side_has_a_name() -> None:
    assert set(words.LEDGER) == set(FIELDS)
    stages = way(Ledger(announced=1, sent=1, received=1, analysed=1, stored=1).as_dict())
    assert set(words.SIDES) == {stage.side for stage in stages}


def test_everything_that_drift_is_said_to_be_has_words() -> None:
    drifts = {level: Drift(index=0.5, p_value=0, level=level) for level in LEVELS}
    sentences = {
        StreamDrift(frames, drifts[classes], drifts[confidence]).sentence
        for frames, classes, confidence in product((1, LEAST_FRAMES), LEVELS, LEVELS)
    }
    assert sentences == set(words.DRIFT)


@pytest.mark.parametrize(
    ("write", "english", "german"),
    [
        pytest.param(lambda: words.state_name("running"), "running", "läuft", id="state"),
        pytest.param(lambda: words.ledger_name("unsent"), "unsent", "nicht gesendet", id="count"),
        pytest.param(lambda: words.side_name("server"), "server", "Server", id="side"),
        pytest.param(lambda: words.reason_name("overload"), "overload", "Überlast", id="reason"),
        pytest.param(lambda: words.reason_name("my own"), "my own", "my own", id="unknown reason"),
        pytest.param(
            lambda: words.link_name("the original"), "the original", "das Original", id="link"
        ),
        pytest.param(
            lambda: words.ledger_difference("announced 10 is not sent 8 + unsent 1"),
            "announced 10 is not sent 8 + unsent 1",
            "angekündigt 10 ist nicht gesendet 8 + nicht gesendet 1",
            id="difference",
        ),
        pytest.param(
            lambda: words.ledger_difference("anything else"),
            "anything else",
            "anything else",
            id="no difference",
        ),
        pytest.param(lambda: words.day(MOMENT), "9 Mar 2026", "9. März 2026", id="day"),
        pytest.param(
            lambda: words.moment(MOMENT),
            "9 Mar 2026, 14:05 UTC",
            "9. März 2026, 14:05 UTC",
            id="moment",
        ),
        pytest.param(
            lambda: words.exact_moment(MOMENT),
            "9 Mar 2026, 14:05:07 UTC",
            "9. März 2026, 14:05:07 UTC",
            id="exact moment",
        ),
        pytest.param(lambda: words.exact_moment(None), "", "", id="no moment"),
    ],
)
def test_people_read_codes_and_moments_in_their_language(
    write: Callable[[], str], english: str, german: str
) -> None:
    for language, text in (("en", english), ("de", german)):
        with translation.override(language):
            assert write() == text
