"""Workers in the admin."""

import pytest
from django.test import Client

from results.services import worker_connected
from tests.results.conftest import make_classifier, make_session

pytestmark = pytest.mark.django_db

LIST = "/admin/results/worker/"


def test_can_be_looked_at_and_not_changed(admin_client: Client) -> None:
    kept = worker_connected(client="analyze 1", classifiers=[make_classifier()])
    assert admin_client.get(LIST).status_code == 200
    assert admin_client.get(f"{LIST}{kept.pk}/change/").status_code == 200
    assert admin_client.post(f"{LIST}{kept.pk}/change/", {}).status_code == 403
    assert admin_client.post(f"{LIST}{kept.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.get(f"{LIST}add/").status_code == 403


def test_leads_to_its_sessions(admin_client: Client) -> None:
    kept = worker_connected(client="analyze 1", classifiers=[make_classifier()])
    mine = make_session(worker=kept)
    make_session()
    page = admin_client.get(LIST).content.decode()
    link = f"/admin/results/session/?worker__uuid__exact={kept.pk}"
    assert f'href="{link}"' in page
    assert list(admin_client.get(link).context["cl"].result_list) == [mine]
