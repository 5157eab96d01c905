"""Sessions in the admin."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from results.admin import sessions as sessions_admin
from results.ledger import FIELDS
from results.lifecycle import SessionState
from results.models import Prediction, Report, Session
from tests.results.conftest import (
    make_batch,
    make_classifier,
    make_predictions,
    make_report,
    make_session,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/results/session/"


def _act(client: Client, action: str, *sessions: Session, **more: str) -> Any:
    chosen = [str(session.pk) for session in sessions]
    return client.post(LIST, {"action": action, "_selected_action": chosen, **more})


def test_the_list_takes_as_many_queries_for_one_as_for_many(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(12):
        make_session()
    with django_assert_max_num_queries(12):
        response = admin_client.get(LIST)
    assert response.status_code == 200
    assert response.content.count(b">open</a>") == 12


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(lambda session: {"state__exact": "failed"}, id="state"),
        pytest.param(lambda session: {"classifier__id__exact": session.classifier_id}, id="model"),
        pytest.param(lambda session: {"dataset__id__exact": session.dataset_id}, id="dataset"),
        pytest.param(lambda session: {"q": str(session.uuid)}, id="search-id"),
        pytest.param(lambda session: {"q": "needle"}, id="search-classifier"),
    ],
)
def test_can_be_filtered_and_searched(
    admin_client: Client, query: Callable[[Session], dict[str, Any]]
) -> None:
    wanted = make_session(SessionState.FAILED, classifier=make_classifier(name="needle"))
    make_session()
    response = admin_client.get(LIST, query(wanted))
    assert list(response.context["cl"].result_list) == [wanted]


def test_shows_report_and_samples_and_links_the_page(admin_client: Client) -> None:
    report = make_report()
    response = admin_client.get(f"{LIST}{report.session_id}/change/")
    page = response.content.decode()
    assert page.count('<img src="data:image/png;base64,') == 10
    assert f'href="{report.session.get_absolute_url()}"' in page
    assert reverse("admin:results_prediction_changelist") in page
    assert "100 predictions" in page
    assert 'name="_save"' not in page


def test_shows_a_session_without_a_report(admin_client: Client) -> None:
    response = admin_client.get(f"{LIST}{make_session().pk}/change/")
    assert response.status_code == 200


def test_nothing_is_added_or_changed(admin_client: Client) -> None:
    session = make_session()
    assert admin_client.get(f"{LIST}add/").status_code == 403
    response = admin_client.post(f"{LIST}{session.pk}/change/", {"state": "failed"})
    assert response.status_code == 403


def test_exports_a_row_a_session_as_csv(admin_client: Client) -> None:
    sessions = [make_report().session, make_session()]
    response = _act(admin_client, "export_csv", *sessions)
    assert response["Content-Disposition"] == 'attachment; filename="sessions.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode(), newline="")))
    assert {row["uuid"] for row in rows} == {str(session.pk) for session in sessions}
    assert set(FIELDS) < set(rows[0])
    assert sorted(row["accuracy"] != "" for row in rows) == [False, True]


def test_exports_an_object_a_session_as_json(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sessions = [make_report().session for _ in range(4)]
    with django_assert_max_num_queries(12):
        response = _act(admin_client, "export_json", *sessions)
    assert len(json.loads(response.content)) == 4


def test_a_session_that_is_over_is_deleted_with_all_that_belongs_to_it(
    admin_client: Client,
) -> None:
    session = make_report().session
    asked = _act(admin_client, "delete_selected", session)
    assert b"Predictions: 100" in asked.content
    _act(admin_client, "delete_selected", session, post="yes")
    assert not Session.objects.exists()
    assert not Prediction.objects.exists()
    assert not Report.objects.exists()


def test_one_is_deleted_from_its_own_page(admin_client: Client) -> None:
    session = make_report().session
    admin_client.post(f"{LIST}{session.pk}/delete/", {"post": "yes"})
    assert not Session.objects.exists()


def test_a_session_that_runs_is_not_deleted(admin_client: Client) -> None:
    session = make_session()
    response = admin_client.post(f"{LIST}{session.pk}/delete/", {"post": "yes"})
    assert response.status_code == 403
    _act(admin_client, "delete_selected", session, post="yes")
    assert Session.objects.exists()


def test_strangers_are_sent_to_the_login(client: Client) -> None:
    make_session()
    assert client.get(LIST).status_code == 302


def test_staff_without_permission_sees_nothing(client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("bob", is_staff=True))
    session = make_session(SessionState.FAILED)
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}{session.pk}/delete/", {"post": "yes"}).status_code == 403


def test_predictions_are_deleted_and_reports_kept(admin_client: Client) -> None:
    session, running = make_report().session, make_session()
    make_predictions(running, make_batch(3))
    response = _act(admin_client, "prune", session, running)
    assert response.status_code == 302
    assert list(Prediction.objects.values_list("session", flat=True)) == [running.pk] * 3
    assert Report.objects.get().session == session
    page = admin_client.get(f"{LIST}{session.pk}/change/").content.decode()
    assert "100 predictions, deleted on " in page


def test_more_than_a_request_can_delete_is_left_to_the_command(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions_admin, "MOST_PRUNED", 99)
    session = make_report().session
    _act(admin_client, "prune", session)
    assert "manage.py prune --keep-reports" in admin_client.get(LIST).content.decode()
    assert Prediction.objects.count() == 100


def test_predictions_are_deleted_only_by_those_who_may(client: Client) -> None:
    viewer = get_user_model().objects.create_user("carol", is_staff=True)
    viewer.user_permissions.add(
        Permission.objects.get(codename="view_session", content_type__app_label="results")
    )
    client.force_login(viewer)
    _act(client, "prune", make_report().session)
    assert Prediction.objects.count() == 100


def test_leads_to_its_files_once_it_is_over(admin_client: Client) -> None:
    over, running = make_report().session, make_session()
    page = admin_client.get(f"{LIST}{over.pk}/change/").content.decode()
    assert f'href="/sessions/{over.pk}/downloads/"' in page
    page = admin_client.get(f"{LIST}{running.pk}/change/").content.decode()
    assert "once it is over" in page and "/downloads/" not in page


def test_verified_sessions_are_found(admin_client: Client) -> None:
    verified = make_report().session
    make_session()
    response = admin_client.get(LIST, {"report__verified__exact": "1"})
    assert list(response.context["cl"].result_list) == [verified]


def test_every_field_is_shown_once(admin_client: Client) -> None:
    session = make_session()
    form = admin_client.get(f"{LIST}{session.pk}/change/").context["adminform"]
    shown = [name for group in form for line in group for name in line.fields]
    hidden = {"losses", "sealed", "connection", "is_connected", "frames_connection"}
    hidden |= {"secret_hash", "frames_seen_at"}
    assert len(shown) == len(set(shown))
    assert {field.name for field in Session._meta.get_fields() if field.concrete} - hidden <= {
        *shown
    }
