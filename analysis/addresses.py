"""Where the server's two sockets and its pages are, from what a person typed (pure)."""

import ipaddress
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"ws": 80, "wss": 443}


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """A server as ``ws://host:port`` or ``wss://host:port``.

    Attributes:
        scheme: ``ws`` or ``wss``.
        host: Name or IP address; an IPv6 address without its brackets.
        port: 1 to 65535.
        token: What a server on a network asks for; goes nowhere but into a header.
    """

    scheme: str
    host: str
    port: int
    token: str = field(default="", repr=False, compare=False)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def on_port(self, port: int) -> "ServerAddress":
        """The same host at another port."""
        return replace(self, port=port)

    def with_token(self, token: str) -> "ServerAddress":
        """The same server, shown this token."""
        return replace(self, token=token)

    @property
    def headers(self) -> dict[str, str]:
        """What a connection to it sends besides the usual."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def page_url(self, path: str) -> str:
        """The address of a page for a browser."""
        return f"http{str(self).removeprefix('ws')}{path}"


def parse_address(text: str) -> ServerAddress:
    """The address in a text.

    >>> parse_address("ws://127.0.0.1:7000").page_url("/sessions/")
    'http://127.0.0.1:7000/sessions/'

    Raises:
        ValueError: not ``ws://host:port`` or ``wss://host:port``; the message says what came.
    """
    expected = f"expected ws://host:port or wss://host:port, got {text!r}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ValueError(f"{expected}: {error}") from error
    extra = parts.query or parts.fragment or parts.username or parts.path not in ("", "/")
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or extra or port == 0:
        raise ValueError(expected)
    return ServerAddress(parts.scheme, parts.hostname, port or _DEFAULT_PORTS[parts.scheme])
