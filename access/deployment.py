"""What a server that others can reach must have been given before it starts (pure)."""

from collections.abc import Sequence

# As Django's own deployment check asks (security.W009).
MIN_SECRET_CHARS = 50
MIN_SECRET_DISTINCT_CHARS = 5


def network_problems(
    *,
    allowed_hosts: Sequence[str],
    secret_key: str,
    debug: bool,
    https: bool,
    behind_proxy: bool,
) -> list[str]:
    """A sentence for each thing that keeps a server off the network; none where it is ready.

    Args:
        allowed_hosts: As given; empty where nothing was.
        secret_key: As given; empty where nothing was.
        https: Whether everything shall be encrypted.
        behind_proxy: Whether a proxy is in front, which does that.
    """
    found = []
    if not allowed_hosts:
        found.append("ALLOWED_HOSTS must name the host names that this server is reached by")
    if not secret_key:
        found.append(
            "SECRET_KEY must be given, for example by: "
            "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    elif len(secret_key) < MIN_SECRET_CHARS or len(set(secret_key)) < MIN_SECRET_DISTINCT_CHARS:
        found.append(
            f"SECRET_KEY must have at least {MIN_SECRET_CHARS} characters, "
            f"{MIN_SECRET_DISTINCT_CHARS} of them different, got {len(secret_key)}"
        )
    if debug:
        found.append("DEBUG must be off, since it shows settings and source code to visitors")
    if https and not behind_proxy:
        found.append(
            "BEHIND_PROXY=true must say that a proxy in front does TLS, "
            "or HTTPS=false that the network is trusted with passwords, tokens and pictures"
        )
    return found
