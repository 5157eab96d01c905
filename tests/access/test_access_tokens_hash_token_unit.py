"""access.tokens.hash_token."""

from access.tokens import hash_token


def test_is_the_sha_256() -> None:
    # NIST's example of "abc".
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert hash_token("abc") == expected
