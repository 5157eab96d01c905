"""Everything that keeps somebody out.

::

    AccessError
    ├── TokenRefused     a token that is unknown, revoked or expired
    ├── NotPermitted     something that this visitor may not do
    └── TooMany          more than one visitor may have; later is better

``code`` is stable and stands apart from the text, in which no token and no secret ever is.
"""

from typing import ClassVar


class AccessError(Exception):
    """Base of every error of this package."""

    code: ClassVar[str] = "access-error"


class TokenRefused(AccessError):
    """A token that is unknown, revoked or expired; the message says which."""

    code = "token-refused"


class NotPermitted(AccessError):
    """Something that this visitor may not do."""

    code = "not-permitted"


class TooMany(AccessError):
    """More than one visitor may have.

    Args:
        message: What the limit is.
        retry_after_s: When trying again may help, seconds.
    """

    code = "too-many"

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
