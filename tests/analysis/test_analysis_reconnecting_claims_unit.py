"""Who took a session: another client, or a try of this one that was held up."""

import pytest

from analysis.errors import ServerRefused, ServerSilent, ServerUnreachable
from analysis.reconnecting import Claims

_TAKEN = ServerRefused(4409, "another connection has it")


def test_a_session_that_another_client_took_is_lost() -> None:
    assert Claims().excuse(_TAKEN) is _TAKEN


def test_a_try_that_nobody_answered_may_have_taken_it_once() -> None:
    claims = Claims()
    claims.failed(ServerSilent("no resumed within 30 s"))
    excused = claims.excuse(_TAKEN)
    assert isinstance(excused, ServerUnreachable)
    assert "an earlier try of this client: another connection" in str(excused)
    assert claims.excuse(_TAKEN) is _TAKEN


@pytest.mark.parametrize(
    "error", [ServerRefused(4403, "no"), KeyboardInterrupt()], ids=["refused", "interrupted"]
)
def test_a_try_that_was_answered_has_not_taken_it(error: BaseException) -> None:
    claims = Claims()
    claims.failed(error)
    assert claims.excuse(_TAKEN) is _TAKEN


def test_no_other_refusal_is_excused() -> None:
    claims = Claims()
    claims.failed(ServerUnreachable("broken"))
    refused = ServerRefused(4410, "over")
    assert claims.excuse(refused) is refused
