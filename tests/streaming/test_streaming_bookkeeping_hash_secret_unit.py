"""streaming.bookkeeping.hash_secret."""

import hashlib

from streaming.bookkeeping import hash_secret


def test_is_the_sha256_of_the_text() -> None:
    assert hash_secret("open sesame") == hashlib.sha256(b"open sesame").hexdigest()
