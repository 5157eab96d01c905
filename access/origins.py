"""Whether a request comes from a page of this site (pure)."""

from urllib.parse import urlsplit


def is_same_site(origin: str | None, host: str) -> bool:
    """Whether a request was made by a page of ``host``, or by no page at all.

    A browser names the page's origin wherever it matters; programs such as curl name none. A page
    that has none of its own (a sandbox, a file) has the origin ``null``, which is another site's.

    Args:
        origin: The ``Origin`` header.
        host: The ``Host`` header, whose own validity is another check's.

    >>> is_same_site("http://localhost:7000", "localhost:7000"), is_same_site("null", "localhost")
    (True, False)
    """
    if origin is None:
        return True
    try:
        return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False
