"""Datasets in the admin."""

import pytest
from django.test import Client

from tests.results.conftest import make_dataset, make_session

pytestmark = pytest.mark.django_db

LIST = "/admin/results/dataset/"


def test_can_be_looked_at_and_not_changed(admin_client: Client) -> None:
    kept = make_dataset()
    assert admin_client.get(LIST).status_code == 200
    assert admin_client.get(f"{LIST}{kept.pk}/change/").status_code == 200
    assert admin_client.post(f"{LIST}{kept.pk}/change/", {}).status_code == 403
    assert admin_client.post(f"{LIST}{kept.pk}/delete/", {"post": "yes"}).status_code == 403
    assert admin_client.get(f"{LIST}add/").status_code == 403


def test_leads_to_its_sessions(admin_client: Client) -> None:
    mine = make_session()
    make_session()
    link = f"/admin/results/session/?dataset__id__exact={mine.dataset_id}"
    assert f'href="{link}"' in admin_client.get(LIST).content.decode()
    assert list(admin_client.get(link).context["cl"].result_list) == [mine]
