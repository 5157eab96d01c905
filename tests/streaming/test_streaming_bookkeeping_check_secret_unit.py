"""streaming.bookkeeping.check_secret."""

import pytest

from results.models import Session
from streaming.bookkeeping import Secret, check_secret
from streaming.errors import WrongSecret

SECRET = Secret.new()


def test_lets_the_client_pass() -> None:
    check_secret(Session(secret_hash=SECRET.sha256), SECRET.text)


@pytest.mark.parametrize(
    ("secret_hash", "given"),
    [
        pytest.param(SECRET.sha256, "guessed", id="another"),
        pytest.param(SECRET.sha256, "", id="none"),
        pytest.param(SECRET.sha256, SECRET.sha256, id="the hash itself"),
        pytest.param("", "", id="a session that nobody has had"),
    ],
)
def test_refuses_strangers(secret_hash: str, given: str) -> None:
    with pytest.raises(WrongSecret) as refused:
        check_secret(Session(secret_hash=secret_hash), given)
    assert SECRET.text not in str(refused.value)
