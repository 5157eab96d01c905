"""The report is checked, compared, kept, and ends the session."""

import base64
import copy
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from sklearn.metrics import accuracy_score

from results.batches import PredictionBatch
from results.errors import (
    ConnectionReplaced,
    IllegalTransition,
    InvalidDocument,
    SessionNotFound,
)
from results.ledger import Loss
from results.lifecycle import SessionState
from results.models import Report, Sample, Session
from results.report import validate_report
from results.services import store_predictions, submit_report
from results.services import reports as reports_module
from tests.results.conftest import (
    make_baseline,
    make_batch,
    make_classifier,
    make_document,
    make_predictions,
    make_session,
)

pytestmark = pytest.mark.django_db


def _finished(count: int = 100, **fields: Any) -> tuple[Session, PredictionBatch]:
    session = make_session(SessionState.FINISHING, **fields)
    batch = make_batch(count)
    make_predictions(session, batch, [index % 10 for index in range(count)])
    return session, batch


def _submit(session: Session, document: dict[str, Any]) -> Report:
    report = submit_report(session_uuid=session.uuid, document=document)
    session.refresh_from_db()
    return report


def test_an_honest_report_is_verified_and_completes_the_session() -> None:
    session, batch = _finished()
    report = _submit(session, make_document(session, batch))
    assert report.discrepancies == []
    assert report.verified
    assert session.state == "completed"
    assert session.finished_at is not None
    assert session.ledger.line().startswith("announced 100, sent 100, unsent 0, received 100")


@pytest.mark.parametrize("rows", [1, 7, 99, 100, 101])
def test_reads_the_predictions_part_by_part(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(reports_module, "ROWS_AT_ONCE", rows)
    session, batch = _finished()
    report = _submit(session, make_document(session, batch))
    assert report.verified and not report.discrepancies
    # Gaps are seen between parts as within one.
    session, batch = _finished()
    document = make_document(session, batch)
    session.predictions.filter(sequence__in=[6, 7, 50]).delete()
    Session.objects.filter(pk=session.pk).update(stored=97)
    differences = " ".join(_submit(session, document).discrepancies)
    assert "6 to 7" in differences and "50" in differences


@pytest.mark.parametrize(
    ("class_ids", "level"),
    [
        pytest.param([3] * 100, "large", id="one class"),
        pytest.param(None, "none", id="as measured"),
    ],
)
def test_notes_the_drift_from_the_baseline(class_ids: list[int] | None, level: str) -> None:
    classifier = make_classifier(card={"baseline": make_baseline()})
    session = make_session(SessionState.FINISHING, classifier=classifier)
    batch = make_batch(100, class_ids=class_ids)
    make_predictions(session, batch)
    _submit(session, make_document(session, batch))
    assert session.drift_level == level
    assert (session.drift_alarm_at is not None) == (level == "large")


def test_ends_an_interruption() -> None:
    session, batch = _finished(interrupted_at=timezone.now(), interrupted_by="lost")
    _submit(session, make_document(session, batch))
    assert (session.interrupted_at, session.interruption_count) == (None, 1)


def test_a_socket_that_was_replaced_has_no_say() -> None:
    session, batch = _finished(connection=2)
    document = make_document(session, batch)
    with pytest.raises(ConnectionReplaced):
        submit_report(session_uuid=session.uuid, document=document, connection=1)
    assert submit_report(session_uuid=session.uuid, document=document, connection=2).verified


def test_metrics_are_computed_where_the_labels_are() -> None:
    session, batch = _finished()
    report = _submit(session, make_document(session, batch))
    expected = accuracy_score([index % 10 for index in range(100)], batch.class_ids)
    assert report.metrics["accuracy"] == pytest.approx(expected)


def test_pictures_are_kept_beside_the_document() -> None:
    session, batch = _finished()
    document = make_document(session, batch)
    report = _submit(session, document)
    assert all("png" not in sample for sample in report.document["samples"])
    validate_report(report.document)
    pngs = [base64.b64encode(sample.png).decode() for sample in report.samples.all()]
    assert pngs == [sample["png"] for sample in document["samples"]]


def test_the_clients_losses_are_taken_over() -> None:
    session, batch = _finished(90)
    report = _submit(session, make_document(session, batch))
    assert report.verified
    assert session.ledger.losses["dropped"] == (Loss("overload", ((90, 99),)),)
    assert (session.received, session.analysed, session.stored) == (100, 90, 90)


@pytest.mark.parametrize(
    ("stop_reason", "state", "error"),
    [
        pytest.param("user", "stopped", "", id="somebody-asked"),
        pytest.param("", "failed", "60 of 100 frames were sent: client-left", id="nobody-asked"),
    ],
)
def test_a_session_that_ended_early(stop_reason: str, state: str, error: str) -> None:
    unsent = Loss(stop_reason or "client-left", ((60, 99),)).as_dict()
    session, batch = _finished(60, sent=60, stop_reason=stop_reason, losses={"unsent": [unsent]})
    report = _submit(session, make_document(session, batch))
    assert report.verified
    assert session.state == state
    assert session.error == error


def test_a_session_without_a_single_frame() -> None:
    unsent = Loss("user", ((0, 99),)).as_dict()
    session, batch = _finished(0, sent=0, stop_reason="user", losses={"unsent": [unsent]})
    report = _submit(session, make_document(session, batch))
    assert report.verified
    assert report.metrics["accuracy"] is None


def _claim_more(document: Any) -> None:
    document["ledger"]["stored"] = 101


def _claim_other_mean(document: Any) -> None:
    document["summary"]["classes"][2]["confidence_mean"] = 0.125


def _claim_other_dataset(document: Any) -> None:
    document["dataset"]["sha256"] = "0" * 64


def _claim_drops_of_stored(document: Any) -> None:
    loss = {"reason": "overload", "count": 2, "ranges": [[3, 4]]}
    document["ledger"]["losses"]["dropped"] = [loss]


def _claim_fewer_received(document: Any) -> None:
    document["ledger"]["received"] = 99


def _claim_other_sample(document: Any) -> None:
    document["samples"][0]["confidence"] /= 2


def _claim_sample_of_nothing(document: Any) -> None:
    document["samples"][0]["sequence"] = 5000


@pytest.mark.parametrize(
    ("lie", "sentence"),
    [
        pytest.param(_claim_more, "stored of the ledger is 100, the client says 101", id="ledger"),
        pytest.param(_claim_other_mean, "confidence_mean of class 2 is 0.125", id="summary"),
        pytest.param(_claim_other_dataset, "sha256 of the dataset is", id="dataset"),
        pytest.param(
            _claim_drops_of_stored, "accounted for as stored and as dropped: frames 3", id="twice"
        ),
        pytest.param(_claim_fewer_received, "sent 100 is not received 99 + lost 0", id="received"),
        pytest.param(_claim_other_sample, "differs from its stored prediction", id="sample"),
        pytest.param(_claim_sample_of_nothing, "sample frame 5000 has no stored", id="no-frame"),
    ],
)
def test_what_differs_is_named(lie: Callable[[Any], None], sentence: str) -> None:
    session, batch = _finished()
    document = make_document(session, batch)
    lie(document)
    report = _submit(session, document)
    assert not report.verified
    assert any(sentence in discrepancy for discrepancy in report.discrepancies)
    assert session.state == "completed"


def test_only_so_many_discrepancies_are_kept() -> None:
    session, batch = _finished()
    alternating = batch.sequences % 2 == 0
    Session.objects.filter(pk=session.pk).update(stored=50)
    session.predictions.filter(sequence__in=range(1, 100, 2)).delete()
    half = PredictionBatch(
        batch.sequences[alternating],
        batch.probabilities[alternating],
        batch.latencies_ms[alternating],
    )
    document = make_document(session, half)
    document["ledger"]["losses"]["dropped"] = []
    report = _submit(session, document)
    assert len(report.discrepancies) == reports_module.MAX_DISCREPANCIES + 1
    assert report.discrepancies[-1].startswith("and ")


def test_predictions_that_come_during_the_computation_are_computed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = make_session(SessionState.FINISHING, announced=20)
    batch = make_batch(20)
    make_predictions(session, make_batch(20))
    document = make_document(session, batch)
    session.predictions.all().delete()
    Session.objects.update(stored=0)
    pending = [batch]
    recompute = reports_module._recompute  # pylint: disable=protected-access  # the race's place

    def recompute_then_store(read: Session) -> Any:
        recomputed = recompute(read)
        if pending:
            store_predictions(session_uuid=session.uuid, batch=pending.pop(), labels=None)
        return recomputed

    monkeypatch.setattr(reports_module, "_recompute", recompute_then_store)
    assert _submit(session, document).verified


def test_the_same_report_again_gives_the_first_one() -> None:
    session, batch = _finished()
    document = make_document(session, batch)
    first = _submit(session, document)
    assert _submit(session, copy.deepcopy(document)).pk == first.pk
    assert Sample.objects.count() == 10


def test_another_report_is_refused() -> None:
    session, batch = _finished()
    document = make_document(session, batch)
    _submit(session, document)
    for other in (
        {**document, "client": {"name": "other", "version": "1"}},
        {**document, "samples": list(reversed(document["samples"]))},
        {
            **document,
            "samples": [{**document["samples"][0], "png": document["samples"][1]["png"]}]
            + document["samples"][1:],
        },
    ):
        with pytest.raises(IllegalTransition, match="has another report already"):
            _submit(session, other)


def test_a_report_of_another_session_is_refused() -> None:
    session, batch = _finished()
    document = {**make_document(session, batch), "session": str(uuid4())}
    with pytest.raises(InvalidDocument, match="at session: expected"):
        _submit(session, document)


def test_a_malformed_report_is_refused() -> None:
    session, batch = _finished()
    with pytest.raises(InvalidDocument, match="at version"):
        _submit(session, make_document(session, batch, version=2))
    assert session.state == "finishing"


@pytest.mark.parametrize(
    ("png", "message"),
    [
        pytest.param(None, "samples/1: 'png' is missing", id="missing"),
        pytest.param("a", "samples/1/png: ", id="bad-base64"),
        pytest.param("ä", "samples/1/png: ", id="not-ascii"),
        pytest.param("R0lGODlh", "samples/1/png: a sample picture is no valid PNG", id="gif"),
    ],
)
def test_a_sample_needs_a_picture(png: str | None, message: str) -> None:
    session, batch = _finished()
    document = make_document(session, batch)
    if png is None:
        del document["samples"][1]["png"]
    else:
        document["samples"][1]["png"] = png
    with pytest.raises(InvalidDocument, match=message):
        _submit(session, document)


@pytest.mark.parametrize("state", [SessionState.RUNNING, SessionState.FAILED])
def test_needs_a_session_that_is_finishing(state: SessionState) -> None:
    session = make_session(state)
    with pytest.raises(IllegalTransition):
        _submit(session, make_document(session, make_batch(0)))


def test_needs_a_session() -> None:
    session = make_session(SessionState.FINISHING)
    document = make_document(session, make_batch(0))
    session_uuid = session.uuid
    session.delete()
    with pytest.raises(SessionNotFound):
        submit_report(session_uuid=session_uuid, document=document)
