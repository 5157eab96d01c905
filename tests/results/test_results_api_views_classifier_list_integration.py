"""results.api.views.ClassifierList: the classifiers that were seen."""

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.results.conftest import make_classifier
from tests.results.offers import offer_classifier

pytestmark = pytest.mark.django_db


def test_tells_which_are_on_offer_in_two_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_classifier(name="idle")
    offered = offer_classifier("busy")
    with django_assert_num_queries(2):
        rows = APIClient().get("/api/classifiers/").json()
    assert [(row["name"], row["offered"]) for row in rows] == [("busy", True), ("idle", False)]
    assert rows[0]["sha256"] == offered.sha256
    assert rows[0]["class_names"] == offered.class_names
    assert rows[0]["parameter_count"] == 1234
