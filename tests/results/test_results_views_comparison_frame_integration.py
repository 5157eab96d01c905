"""results.views.comparison.frame: one frame, and all that both said of it."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from results.models import Session
from tests.results.pairs import make_pair, make_stream

pytestmark = pytest.mark.django_db


def _address(first: Session, second: Session, sequence: int) -> str:
    return f"/sessions/{first.uuid}/compare/{second.uuid}/{sequence}/"


def test_shows_the_frame_and_leads_to_the_next_flip_that_fits(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    first, second = make_pair([1, 1, 1, 1], [1, 2, 3, 4], [1, 2, 1, 4])
    with django_assert_max_num_queries(10):
        response = Client().get(_address(first, second, 1) + "?kind=only-second")
    page = re.sub(r"\s+", " ", response.content.decode())
    assert response.status_code == 200
    assert f'href="{_address(first, second, 3)}?kind=only-second"' in page
    assert f"?with={second.uuid}&amp;kind=only-second#flips" in page
    assert f"/api/sessions/{first.uuid}/frames/1.png" in page
    assert "This is the first flip." in page
    last = re.sub(r"\s+", " ", Client().get(_address(first, second, 3)).content.decode())
    assert "This is the last flip." in last
    assert f'rel="prev" href="{_address(first, second, 2)}"' in last


def test_what_is_not_there_is_not_found() -> None:
    first, second = make_pair([1], [2])
    elsewhere = make_stream("x", frames=3)
    for address in (
        _address(first, second, 1),
        _address(first, elsewhere, 0),
        _address(first, second, 0) + "?kind=neither",
    ):
        assert Client().get(address).status_code == 404
