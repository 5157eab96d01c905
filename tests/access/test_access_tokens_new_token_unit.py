"""access.tokens.new_token."""

import base64

from access.tokens import new_token


def test_has_256_random_bits_behind_a_prefix_that_scanners_find() -> None:
    token = new_token()
    assert token.startswith("fst_")
    assert len(base64.urlsafe_b64decode(f"{token.removeprefix('fst_')}=")) == 32


def test_is_never_the_same() -> None:
    assert len({new_token() for _ in range(1000)}) == 1000
