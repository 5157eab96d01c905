"""Who asks, and what they may do (pure). Every rule on access is in this file.

On this machine alone (``local``) anyone may read, start, stream and stop. On a network a person
signs in, a program brings a token, and a session is stopped by those who started it or by staff.
"""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """What a token is for."""

    STREAM = "stream"
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who started a session: a person, a token and whose it is, or on this machine nobody."""

    user_id: int | None = None
    token_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks.

    Attributes:
        address: Where they come from; an IPv6 network counts as one address.
        user_id: Of the person who is signed in.
        is_staff: Whether that person is staff.
        token_id: Of the token that was brought.
        acts_for: Of the person whose token it is, if it is anybody's.
        scopes: What the token is for.
    """

    address: str
    user_id: int | None = None
    is_staff: bool = False
    token_id: int | None = None
    acts_for: int | None = None
    scopes: frozenset[Scope] = frozenset()

    @property
    def is_anonymous(self) -> bool:
        """Whether neither a person signed in nor a token was brought."""
        return self.user_id is None and self.token_id is None

    @property
    def owner(self) -> Owner:
        """As the owner of what this visitor starts; with a token, so is the token's person."""
        user_id = self.user_id if self.token_id is None else self.acts_for
        return Owner(user_id=user_id, token_id=self.token_id)

    @property
    def key(self) -> str:
        """By what limits count: the token, else the person, else the address."""
        if self.token_id is not None:
            return f"token:{self.token_id}"
        return self.address if self.user_id is None else f"user:{self.user_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a visitor may do.

    Attributes:
        is_network: Whether others than this machine's own people can reach the server.
        reading_is_open: Whether, on a network, anyone may read.
    """

    is_network: bool
    reading_is_open: bool = False

    def may_read(self, visitor: Visitor) -> bool:
        """Sessions, pictures, predictions and reports, over pages, REST and the live view."""
        return (
            not self.is_network
            or self.reading_is_open
            or visitor.user_id is not None
            or Scope.READ in visitor.scopes
        )

    def may_watch(self, visitor: Visitor) -> bool:
        """What the server says of itself: memory, refusals, sessions in all; for its operators.

        Open reading is about results and does not open it.
        """
        return not self.is_network or visitor.is_staff or Scope.READ in visitor.scopes

    def may_repeat(self, visitor: Visitor, owner: Owner) -> bool:
        """Have frames of a session, or of a dataset served before, streamed again.

        Who may read may: the same pictures are on the session's page. So may who started it.
        """
        return self.may_read(visitor) or (
            visitor.token_id is not None and visitor.token_id == owner.token_id
        )

    def may_stream(self, visitor: Visitor) -> bool:
        """Take frames and give predictions over the two sockets, by a program only."""
        return not self.is_network or Scope.STREAM in visitor.scopes

    def may_start(self, visitor: Visitor) -> bool:
        """Ask for a session in the browser or over REST."""
        return not self.is_network or visitor.user_id is not None or Scope.STREAM in visitor.scopes

    def may_stop(self, visitor: Visitor, owner: Owner) -> bool:
        """End a session early: who started it, or staff."""
        if not self.is_network or visitor.is_staff:
            return True
        if visitor.token_id is not None:
            return visitor.token_id == owner.token_id and Scope.STREAM in visitor.scopes
        return visitor.user_id is not None and visitor.user_id == owner.user_id

    def may_annotate(self, visitor: Visitor, owner: Owner) -> bool:
        """Keep a choice of one's own with a session, such as a threshold: who may stop it."""
        return self.may_stop(visitor, owner)
