"""A session as a client keeps it."""

from datetime import UTC, datetime
from typing import Any

from analysis.addresses import ServerAddress, parse_address
from analysis.kept_sessions import KeptSession
from analysis.options import AnalysisOptions
from tests.analysis.live_fakes import CLIENT, FakeClassifier, a_session


def a_kept_session(
    count: int = 10,
    *,
    address: ServerAddress = parse_address("ws://127.0.0.1:7000"),
    options: AnalysisOptions | None = None,
    classifier_sha256: str | None = None,
    started_at: datetime = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    **opened: Any,
) -> KeptSession:
    """Such a session; changes to what the server said of it by name."""
    return KeptSession.of(
        a_session(count, **opened),
        address=address,
        options=options or AnalysisOptions(client=CLIENT),
        classifier_sha256=classifier_sha256 or FakeClassifier().sha256,
        started_at=started_at,
    )
