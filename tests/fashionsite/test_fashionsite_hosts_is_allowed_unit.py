"""fashionsite.hosts.is_allowed."""

import pytest

from fashionsite.hosts import is_allowed

ALLOWED = ["localhost", "127.0.0.1", "[::1]", ".example.org"]


@pytest.mark.parametrize(
    ("host", "origin", "expected"),
    [
        pytest.param("127.0.0.1:7000", None, True, id="no browser"),
        pytest.param("localhost", None, True, id="no port"),
        pytest.param("[::1]:7000", None, True, id="IPv6"),
        pytest.param("127.0.0.1:7000", "http://127.0.0.1:7000", True, id="its own page"),
        pytest.param("a.example.org", "https://a.example.org", True, id="its own page over TLS"),
        pytest.param("localhost:7000", "http://LOCALHOST:7000", True, id="upper case"),
        pytest.param("[::1]:7000", "http://[::1]:7000", True, id="its own page over IPv6"),
        pytest.param("127.0.0.1:7000", "http://evil.example", False, id="another site"),
        pytest.param("127.0.0.1:7000", "http://127.0.0.1:8000", False, id="another port"),
        pytest.param("127.0.0.1:7000", "http://localhost:7000", False, id="another name"),
        pytest.param("127.0.0.1:7000", "null", False, id="a sandboxed page"),
        pytest.param("127.0.0.1:7000", "", False, id="an empty origin"),
        pytest.param("127.0.0.1:7000", "http://[", False, id="an origin that is no URL"),
        pytest.param(
            "127.0.0.1:7000", "http://127.0.0.1:7000@evil.example", False, id="a user name"
        ),
        pytest.param("evil.example:7000", "http://evil.example:7000", False, id="DNS rebinding"),
        pytest.param("evil.example", None, False, id="a host that is not ours"),
        pytest.param("", None, False, id="an empty host"),
        pytest.param(None, None, False, id="no host"),
    ],
)
def test_lets_pass_what_comes_from_here(
    host: str | None, origin: str | None, expected: bool
) -> None:
    given = {b"host": host, b"origin": origin, b"user-agent": "any"}
    headers = [(name, value.encode()) for name, value in given.items() if value is not None]
    assert is_allowed(headers, ALLOWED) is expected


def test_takes_bytes_that_are_no_text() -> None:
    assert not is_allowed([(b"host", b"\xff\xfe"), (b"origin", b"\x80")], ALLOWED)
