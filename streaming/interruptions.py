"""Which ends of a connection are interruptions, after which a session goes on (pure)."""

from streaming.errors import ReaderStalled, StorageUnavailable

# RFC 6455, 7.4.1, and the codes registered since. A connection that ends without a close frame
# is reported as 1006, a close frame without a code as 1005.
_REASONS: dict[int, str] = {
    1001: "going-away",
    1005: "connection-lost",
    1006: "connection-lost",
    1012: "service-restart",
    1013: "try-again-later",
    ReaderStalled.close_code: ReaderStalled.code,
    StorageUnavailable.close_code: StorageUnavailable.code,
}
SERVER_ENDED = _REASONS[1001]
FRAMES_CLOSED = "frames-closed"


def interruption_reason(close_code: int | None) -> str | None:
    """Why a session that lost its connection with this code goes on; None where it does not."""
    return _REASONS.get(1006 if close_code is None else close_code)
