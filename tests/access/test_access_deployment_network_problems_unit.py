"""access.deployment.network_problems."""

from typing import Any

import pytest

from access.deployment import network_problems

READY = {
    "allowed_hosts": ["clothes.example"],
    "secret_key": "abcdefghij" * 5,
    "debug": False,
    "https": True,
    "behind_proxy": True,
}


def _problems(**changed: Any) -> list[str]:
    return network_problems(**{**READY, **changed})


def test_finds_none_where_everything_was_given() -> None:
    assert not _problems()
    assert not _problems(https=False)
    assert not _problems(https=False, behind_proxy=False)


@pytest.mark.parametrize(
    ("changed", "beginning"),
    [
        pytest.param({"allowed_hosts": []}, "ALLOWED_HOSTS must name", id="no host"),
        pytest.param({"secret_key": ""}, "SECRET_KEY must be given", id="no key"),
        pytest.param({"secret_key": "abcdefg" * 7}, "SECRET_KEY must have at least 50", id="short"),
        pytest.param({"secret_key": "abcd" * 20}, "SECRET_KEY must have at least 50", id="dull"),
        pytest.param({"debug": True}, "DEBUG must be off", id="debug"),
        pytest.param({"behind_proxy": False}, "BEHIND_PROXY=true must say", id="no proxy for TLS"),
    ],
)
def test_says_what_is_missing(changed: dict[str, Any], beginning: str) -> None:
    sentences = _problems(**changed)
    assert len(sentences) == 1
    sentence = sentences[0]
    assert sentence.startswith(beginning)
    # What was given as a secret is not repeated.
    assert "abcdefg" not in sentence


def test_says_everything_at_once() -> None:
    assert len(_problems(allowed_hosts=[], secret_key="", debug=True, behind_proxy=False)) == 4
