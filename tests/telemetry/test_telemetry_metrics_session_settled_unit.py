"""telemetry.metrics.session_settled."""

from results.ledger import Ledger, Loss
from telemetry.metrics import FATES, session_settled
from tests.telemetry.samples import sample


def _settled() -> list[float]:
    return [sample("fashionsite_frames_settled_total", fate=fate) for fate in FATES]


def test_each_announced_frame_is_counted_once_by_what_became_of_it() -> None:
    ledger = Ledger(
        announced=100,
        sent=90,
        received=87,
        analysed=80,
        stored=80,
        losses={
            "unsent": (Loss("stopped", ((90, 99),)),),
            "lost": (Loss("connection", ((0, 2),)),),
            "rejected": (Loss("malformed", ((3, 4),)),),
            "dropped": (Loss("overload", ((5, 9),)),),
        },
    )
    assert ledger.differences() == []
    before = _settled()
    session_settled(ledger.as_dict())
    added = [now - earlier for now, earlier in zip(_settled(), before, strict=True)]
    assert dict(zip(FATES, added, strict=True)) == {
        **{"unsent": 10, "lost": 3, "rejected": 2, "dropped": 5},
        "stored": 80,
    }
    assert sum(added) == ledger.announced
