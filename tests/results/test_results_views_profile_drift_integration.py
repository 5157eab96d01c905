"""results.views.profile.drift: the part of a page that a running session's page asks for."""

import re
import uuid

import pytest
from django.test import Client

from tests.results.conftest import (
    make_baseline,
    make_batch,
    make_classifier,
    make_predictions,
    make_session,
)

pytestmark = pytest.mark.django_db


def test_gives_the_figures_and_nothing_around_them() -> None:
    session = make_session(classifier=make_classifier(card={"baseline": make_baseline()}))
    make_predictions(session, make_batch(100, class_ids=[3] * 100))
    page = Client().get(f"/sessions/{session.uuid}/drift/").content.decode()
    assert "<html" not in page
    text = re.sub(r"\s+", " ", page.replace("\u202f", " "))
    assert "100 frames of this stream beside 5 000 of the validation part of fashion-mnist" in text
    assert "Population stability index" in text
    assert "large drift</span>" in text
    assert re.search(r"Dress</th>.*?100\.0 %.*?10\.0 %", text)
    assert "it is another population" in text


def test_without_a_baseline_says_how_to_get_one() -> None:
    session = make_session()
    make_predictions(session, make_batch(3))
    page = Client().get(f"/sessions/{session.uuid}/drift/").content.decode()
    assert "python manage.py evaluate small-cnn --split validation --record" in page


def test_an_unknown_session_is_not_found() -> None:
    assert Client().get(f"/sessions/{uuid.uuid4()}/drift/").status_code == 404
