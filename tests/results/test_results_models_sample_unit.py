"""The sample pictures of a report."""

import pytest
from django.db import IntegrityError

from results.models import Sample
from tests.results.conftest import make_report

pytestmark = pytest.mark.django_db


def test_come_in_the_order_of_their_positions() -> None:
    positions = [sample.position for sample in make_report().samples.all()]
    assert positions == list(range(10))


def test_a_position_is_taken_once() -> None:
    report = make_report()
    with pytest.raises(IntegrityError):
        Sample.objects.create(
            report=report, position=0, sequence=1, class_id=1, confidence=1, png=b""
        )


def test_says_which_it_is() -> None:
    sample = make_report().samples.all()[2]
    assert str(sample) == f"sample 2 of {sample.report_id}"
