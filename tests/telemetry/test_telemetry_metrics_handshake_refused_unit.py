"""telemetry.metrics.handshake_refused."""

from telemetry.metrics import handshake_refused
from tests.telemetry.samples import sample


def test_counts_by_what_was_wrong() -> None:
    before = [
        sample("fashionsite_websockets_refused_total", code=code)
        for code in ("too-many", "no-token")
    ]
    handshake_refused("too-many")
    handshake_refused("too-many")
    after = [
        sample("fashionsite_websockets_refused_total", code=code)
        for code in ("too-many", "no-token")
    ]
    assert [now - earlier for now, earlier in zip(after, before, strict=True)] == [2, 0]
