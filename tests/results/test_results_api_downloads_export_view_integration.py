"""results.api.downloads.ExportView: a session's predictions as files, over REST."""

import csv
import io
import json
import sys
from typing import Any

import pyarrow.parquet
import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.test import AsyncClient, Client
from django.utils import timezone
from pytest_django import Settings

from results.errors import SessionNotOver
from results.exports import parquet
from results.lifecycle import SessionState
from results.models import Session
from tests.results.conftest import (
    CLASS_NAMES,
    make_batch,
    make_predictions,
    make_report,
    make_session,
)

pytestmark = pytest.mark.django_db

KINDS = {
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html",
    "csv.manifest.json": "application/json",
    "jsonl.manifest.json": "application/json",
    "manifest.json": "application/json",
}
EACH = [pytest.param(kind, id=kind) for kind in KINDS]


def _address(session: Session, kind: str) -> str:
    return f"/api/sessions/{session.uuid}/export.{kind}"


def _content(client: Client, session: Session, kind: str) -> bytes:
    return client.get(_address(session, kind)).getvalue()


@pytest.mark.parametrize("kind", EACH)
def test_is_a_download_of_its_type_under_a_name_of_its_own(client: Client, kind: str) -> None:
    session = make_report().session
    response = client.get(_address(session, kind))
    assert response.status_code == 200
    assert response["Content-Type"] == KINDS[kind]
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename=")
    assert str(session.uuid) in disposition and disposition.endswith(f'.{kind}"')


def test_every_format_has_the_same_rows(client: Client) -> None:
    session = make_session(SessionState.COMPLETED, announced=30)
    stored = make_predictions(session, make_batch(30), [None, 3, 4] * 10)
    rows = json.loads(_content(client, session, "json"))["predictions"]
    lines = [json.loads(line) for line in _content(client, session, "jsonl").splitlines()]
    table = pyarrow.parquet.read_table(io.BytesIO(_content(client, session, "parquet")))
    assert rows == lines == table.to_pylist()
    cells = list(csv.DictReader(io.StringIO(_content(client, session, "csv").decode())))
    assert len(rows) == len(cells) == len(stored)
    for row, line, prediction in zip(rows, cells, stored, strict=True):
        right = None if prediction.label is None else prediction.label == prediction.class_id
        name = CLASS_NAMES[prediction.class_id]
        assert row["class_name"] == line["class_name"] == name
        assert row["right"] is right
        assert line["right"] == {None: "", True: "true", False: "false"}[right]
        assert row["probabilities"] == [float(line[f"probability_{one}"]) for one in range(10)]
        assert row["latency_ms"] == float(line["latency_ms"]) == prediction.latency_ms


def test_the_manifest_names_hashes_and_what_the_rows_add_up_to(client: Client) -> None:
    report = make_report()
    session = report.session
    manifest = json.loads(_content(client, session, "json"))["manifest"]
    assert manifest["classifier"]["sha256"] == session.classifier.sha256
    assert manifest["dataset"]["sha256"] == session.dataset.sha256
    assert manifest["rows"] == 100
    assert manifest["metrics"] == report.metrics
    assert manifest["ledger"] == json.loads(json.dumps(session.ledger.as_dict()))
    bare = json.loads(_content(client, session, "manifest.json"))
    assert bare == {one: manifest[one] for one in manifest if one not in ("kind", "file_sha256")}


@pytest.mark.parametrize("kind", EACH)
def test_of_a_session_that_runs_there_is_none(client: Client, kind: str) -> None:
    response = client.get(_address(make_session(SessionState.RUNNING), kind))
    assert (response.status_code, response.json()["code"]) == (409, "session-not-over")


@pytest.mark.parametrize("kind", [one for one in EACH if one.id != "html"])
def test_of_deleted_predictions_there_is_none(client: Client, kind: str) -> None:
    session = make_report().session
    session.pruned_at = timezone.now()
    session.save()
    response = client.get(_address(session, kind))
    assert (response.status_code, response.json()["code"]) == (410, "predictions-pruned")


@pytest.mark.parametrize("kind", EACH)
def test_a_session_that_there_is_not_is_a_problem(client: Client, kind: str) -> None:
    response = client.get(f"/api/sessions/{'0' * 8}-0000-0000-0000-{'0' * 12}/export.{kind}")
    assert (response.status_code, response.json()["code"]) == (404, "session-not-found")


@pytest.mark.parametrize("kind", EACH)
def test_on_a_network_a_stranger_gets_none(settings: Settings, client: Client, kind: str) -> None:
    settings.ACCESS = "network"
    session = make_report().session
    assert client.get(_address(session, kind)).status_code == 401
    client.force_login(get_user_model().objects.create_user("alice"))
    assert client.get(_address(session, kind)).status_code == 200


def test_says_what_is_missing_where_there_is_no_pyarrow(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert not parquet.is_available()
    response = client.get(_address(make_report().session, "parquet"))
    assert (response.status_code, response.json()["code"]) == (501, "parquet-missing")
    assert "fashionsite[parquet]" in response.json()["detail"]


def test_half_a_file_is_broken_off_and_not_ended(client: Client) -> None:
    session = make_report().session
    session.predictions.get(sequence=5).delete()
    response = client.get(_address(session, "csv"))
    with pytest.raises(SessionNotOver, match="has 99 predictions and not 100"):
        response.getvalue()


@pytest.mark.django_db(transaction=True)
async def test_is_made_step_by_step_by_asgi(async_client: AsyncClient) -> None:
    session = await sync_to_async(lambda: make_report().session)()
    response: Any = await async_client.get(_address(session, "csv"))
    parts = [part async for part in response]
    assert len(parts) == 2
    assert b"".join(parts).count(b"\n") == 101
