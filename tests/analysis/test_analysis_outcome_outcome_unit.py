"""The ledger and the report of a session's end."""

import base64
import io

import msgspec
import pytest
from PIL import Image

from analysis.accounting import RangeLog, Reception
from results.ledger import Loss
from results.report import validate_report
from tests.analysis.live_fakes import SESSION, a_session, the_end
from tests.analysis.outcomes import an_outcome


def test_adds_up_where_everything_went_well() -> None:
    ledger = an_outcome().ledger
    assert ledger.line() == (
        "announced 10, sent 10, unsent 0, received 10, lost 0, analysed 10, rejected 0, "
        "dropped 0, stored 10"
    )
    assert not ledger.differences()


def test_gives_every_loss_its_reason_and_ranges() -> None:
    reception = Reception(30)
    reception.accept(0, 6)
    reception.accept(8, 12)
    reception.end(22)
    dropped, rejected = RangeLog(), RangeLog()
    dropped.add(10, 16)
    rejected.add(16, 18)
    ledger = an_outcome(
        opened=a_session(30),
        ended=the_end(22, unsent=8, reason="browser"),
        reception=reception,
        dropped=dropped,
        rejected=rejected,
    ).ledger
    assert ledger.losses == {
        "unsent": (Loss("browser", ((22, 29),)),),
        "lost": (Loss("gap", ((6, 7), (20, 21))),),
        "rejected": (Loss("not-finite", ((16, 17),)),),
        "dropped": (Loss("overload", ((10, 15),)),),
    }
    assert not ledger.differences()


def test_says_where_it_does_not_add_up() -> None:
    assert an_outcome(stored=9).ledger.differences() == ["analysed 10 is not stored 9"]


def test_makes_a_valid_report() -> None:
    outcome = an_outcome(preflight={"sustained_fps": 9.0, "requested_fps": 0.0, "batch_size": 8})
    document = outcome.report()
    validate_report(document)
    assert document["session"] == str(SESSION)
    assert document["ledger"] == outcome.ledger.as_dict()
    assert document["summary"] == outcome.summary
    assert document["summary"]["frames"] == outcome.analysed == 10
    assert document["run"]["achieved_fps"] == pytest.approx(5.0)
    assert document["run"]["queue_high_water"] == {"frames": 3, "results": 4}
    assert document["settings"]["overload"] == "wait"


def test_counts_the_last_frame_s_own_interval_at_a_set_rate() -> None:
    opened = msgspec.structs.replace(a_session(10), fps=10.0)
    assert an_outcome(opened=opened, duration_s=0.9).achieved_fps == pytest.approx(10.0)


def test_draws_the_samples() -> None:
    samples = an_outcome().report()["samples"]
    assert len(samples) == 10
    assert [one["class_name"] for one in samples][:3] == ["dark", "left", "right"]
    png = base64.b64decode(samples[0]["png"])
    with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
        assert picture.width >= 200


def test_makes_a_valid_report_of_nothing() -> None:
    outcome = an_outcome(
        opened=a_session(10),
        received=0,
        analysed=0,
        ended=the_end(0, unsent=10, reason="interrupted"),
        duration_s=0.0,
    )
    document = outcome.report()
    assert document["run"]["achieved_fps"] is None
    assert document["summary"]["latency_ms"] is None
    assert not document["samples"]
    assert not outcome.ledger.differences()
