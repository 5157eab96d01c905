"""streaming.interruptions.interruption_reason."""

import pytest

from streaming import errors
from streaming.interruptions import interruption_reason


@pytest.mark.parametrize(
    ("close_code", "reason"),
    [
        (None, "connection-lost"),
        (1001, "going-away"),
        (1005, "connection-lost"),
        (1006, "connection-lost"),
        (1012, "service-restart"),
        (1013, "try-again-later"),
        (4408, "reader-stalled"),
        (4503, "storage-unavailable"),
    ],
)
def test_names_why_a_session_goes_on(close_code: int | None, reason: str) -> None:
    assert interruption_reason(close_code) == reason


def _all_below(kind: type[errors.PeerError]) -> list[type[errors.PeerError]]:
    return [kind, *(each for below in kind.__subclasses__() for each in _all_below(below))]


@pytest.mark.parametrize(
    "close_code",
    [
        *(1000, 1002, 1003, 1007, 1008, 1009, 1011, 3000, 4000, 4500, 4501),
        *sorted(
            {each.close_code for each in _all_below(errors.PeerError)}
            - {errors.ReaderStalled.close_code}
        ),
    ],
)
def test_knows_no_reason_where_a_client_gave_up_or_offended(close_code: int) -> None:
    assert interruption_reason(close_code) is None
