"""Where somebody comes from, as limits count it, and what is this machine itself (pure)."""

import ipaddress

# A household or a server gets at least this much of IPv6; within it, addresses cost nothing.
IPV6_PREFIX = 64


def is_loopback(host: str) -> bool:
    """Whether only this machine itself can reach what listens on ``host``.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def client_address(peer: str | None, forwarded_for: str | None, *, behind_proxy: bool) -> str:
    """The address that limits count by: an IPv4 address, or an IPv6 network's first address.

    Args:
        peer: Who opened the connection.
        forwarded_for: ``X-Forwarded-For``. Its last entry is the proxy's own word, any before it
            may be the client's invention.
        behind_proxy: Whether there is a proxy, and so whether that header is believed.
    """
    text = (peer or "").strip()
    if behind_proxy and forwarded_for:
        text = forwarded_for.rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return "0.0.0.0"  # nosec B104  # no address to listen on: all that have none count as one
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False)[0])
        address = address.ipv4_mapped
    return str(address)
