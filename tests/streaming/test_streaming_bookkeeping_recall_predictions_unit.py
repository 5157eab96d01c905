"""streaming.bookkeeping.recall_predictions."""

import pytest

from streaming import bookkeeping
from streaming.bookkeeping import HeldSession, recall_predictions
from tests.results.conftest import make_batch, make_predictions, make_session

pytestmark = pytest.mark.django_db


def _held(count: int = 30) -> HeldSession:
    session = make_session()
    make_predictions(session, make_batch(count))
    return HeldSession(session, None)


def test_gives_what_is_stored_from_there_on() -> None:
    batch = recall_predictions(_held(), 12)
    assert batch.sequences.tolist() == list(range(12, 30))
    assert batch.probabilities.tobytes() == make_batch(30).probabilities[12:].tobytes()


def test_gives_nothing_beyond() -> None:
    assert len(recall_predictions(_held(), 30)) == 0


@pytest.mark.parametrize(
    ("limit_bytes", "rows"),
    [
        pytest.param(52 * 7, 7, id="as-many-as-fit"),
        pytest.param(52 * 7 - 1, 6, id="not-a-byte-more"),
        pytest.param(1, 1, id="one-at-least"),
    ],
)
def test_gives_no_more_than_a_message_holds(
    monkeypatch: pytest.MonkeyPatch, limit_bytes: int, rows: int
) -> None:
    # A row of ten classes: a sequence, a latency and ten probabilities.
    monkeypatch.setattr(bookkeeping, "MAX_RECALLED_BYTES", limit_bytes)
    assert recall_predictions(_held(), 3).sequences.tolist() == list(range(3, 3 + rows))


def test_gives_no_more_rows_than_a_message_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookkeeping, "MAX_PREDICTIONS", 5)
    assert len(recall_predictions(_held(), 0)) == 5
