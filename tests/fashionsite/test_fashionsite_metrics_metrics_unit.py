"""fashionsite.metrics.metrics: who sees the metrics, and what is in them."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from access.roles import Scope
from results.lifecycle import SessionState
from tests.access.conftest import bearer, make_token
from tests.results.conftest import make_session
from tests.servers import ROOT

pytestmark = pytest.mark.django_db


@pytest.fixture(name="network")
def on_a_network(settings: Settings) -> Settings:
    """The settings of a server that others can reach."""
    settings.ACCESS = "network"
    return settings


def _answer(client: Client | None = None, headers: dict[str, str] | None = None) -> Any:
    return (client or Client()).get("/metrics", headers=headers)


def _read(response: Any) -> dict[str, dict[str, float]]:
    """The value of each series by its labels, of each metric by its name."""
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(response.content.decode()):
        for each in family.samples:
            found.setdefault(each.name, {})[",".join(each.labels.values())] = each.value
    return found


def test_gives_what_prometheus_reads_to_anybody_on_this_machine() -> None:
    response = _answer()
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    assert "no-store" in response.headers["Cache-Control"]
    metrics = _read(response)
    assert metrics["process_resident_memory_bytes"][""] > 10_000_000
    assert metrics["fashionsite_database_up"] == {"": 1.0}
    assert set(metrics["fashionsite_sessions"]) == set(SessionState)
    assert Client().post("/metrics").status_code == 405


def test_the_dashboard_asks_for_nothing_that_is_not_there() -> None:
    dashboard = json.loads((ROOT / "deploy" / "grafana" / "dashboard.json").read_text("utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    names = set(re.findall(r"\b(?:fashionsite|process)_[a-z_]+", " ".join(asked)))
    lines = _answer().content.decode().splitlines()
    # What has labels has no sample before it has one, but says what it is.
    families = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    there = {*families, *(f"{each}_bucket" for each in families)}
    assert len(names) > 10
    assert names <= there
    # And for all that there is of our own.
    shown = {name.removesuffix("_bucket") for name in names}
    assert {each for each in families if each.startswith("fashionsite_")} <= shown


def test_the_sessions_are_those_of_a_few_seconds_ago(django_assert_max_num_queries: Any) -> None:
    _answer()
    make_session()
    with django_assert_max_num_queries(0):
        _answer()


def test_a_stranger_on_a_network_is_asked_for_a_token(network: Settings) -> None:
    for is_open in (False, True):
        network.OPEN_READING = is_open
        response = _answer()
        assert (response.status_code, response.json()["code"]) == (401, "token-refused")
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert b"fashionsite_" not in response.content


def test_a_wrong_token_is_refused(network: Settings) -> None:
    del network
    response = _answer(headers=bearer("fst_" + 43 * "a"))
    assert (response.status_code, response.json()["code"]) == (401, "token-refused")


@pytest.mark.parametrize(
    ("scope", "status"),
    [pytest.param(Scope.READ, 200, id="read"), pytest.param(Scope.STREAM, 403, id="stream")],
)
def test_a_token_for_reading_opens_them_on_a_network(
    network: Settings, scope: Scope, status: int
) -> None:
    del network
    _, text = make_token(scope)
    response = _answer(headers=bearer(text))
    assert response.status_code == status
    assert (b"fashionsite_sessions" in response.content) is (status == 200)


@pytest.mark.parametrize(
    ("is_staff", "status"),
    [pytest.param(True, 200, id="staff"), pytest.param(False, 403, id="not")],
)
def test_of_people_staff_sees_them_on_a_network(
    network: Settings, is_staff: bool, status: int
) -> None:
    del network
    client = Client()
    client.force_login(get_user_model().objects.create_user("alice", is_staff=is_staff))
    assert _answer(client).status_code == status


def test_a_scraper_beside_the_server_needs_no_tls(network: Settings) -> None:
    network.SECURE_SSL_REDIRECT = True
    assert _answer().status_code == 401
