"""What a token looks like, and under what it is stored (pure).

A token is 256 random bits in URL-safe base64 behind ``fst_``, by which scanners for leaked
secrets find it. So many bits need no slow hash: nobody guesses them from their SHA-256.
"""

import hashlib
import re
import secrets

PREFIX = "fst_"
SECRET_BYTES = 32
_TOKEN = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


def new_token() -> str:
    """A new token."""
    return PREFIX + secrets.token_urlsafe(SECRET_BYTES)


def hash_token(token: str) -> str:
    """The SHA-256 in hex under which a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_token(text: str) -> bool:
    """Whether a text has a token's form.

    >>> is_token("fst_" + 43 * "a"), is_token("a password")
    (True, False)
    """
    return _TOKEN.fullmatch(text) is not None


def bearer_token(authorization: str | None) -> str | None:
    """What an ``Authorization`` header carries as ``Bearer``; None for no header or another scheme.

    >>> bearer_token("Bearer fst_x"), bearer_token("Basic dXNlcg==")
    ('fst_x', None)
    """
    scheme, _, credentials = (authorization or "").partition(" ")
    return credentials.strip() if scheme.lower() == "bearer" else None
