"""streaming.consumers.refusals.loggable."""

import pytest

from streaming import errors
from streaming.consumers.refusals import loggable, refusal

TOKEN = "fst_" + 43 * "t"


@pytest.mark.parametrize(
    "kind",
    [
        errors.MalformedMessage,
        errors.UnknownMessageType,
        errors.InvalidField,
        errors.WrongSubprotocol,
        errors.InvalidReport,
    ],
)
def test_leaves_out_what_may_quote_the_peer(kind: type[errors.PeerError]) -> None:
    told = refusal(kind(f"expected something, got {TOKEN}"))
    assert told is not None and TOKEN in told.detail
    assert loggable(told) == kind.code


@pytest.mark.parametrize("kind", [errors.OutOfOrder, errors.TooMany, errors.StorageUnavailable])
def test_keeps_what_is_all_our_own(kind: type[errors.StreamingError]) -> None:
    told = refusal(kind("ready came before a session"))
    assert told is not None
    assert loggable(told) == f"{kind.code}: ready came before a session"
