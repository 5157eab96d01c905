"""results.pages.comparison.comparison_page: two sessions put side by side for the template."""

import pytest

from results.comparing.compared import compared_sessions
from results.comparing.pairing import pair_sessions
from results.lifecycle import SessionState
from results.models import Session
from results.pages.comparison import ComparisonPage, comparison_page
from tests.results.conftest import make_report
from tests.results.pairs import make_pair, make_stream

pytestmark = pytest.mark.django_db

LABELS = [1] * 6 + [2] * 4


def _page(first: Session, second: Session) -> ComparisonPage:
    return comparison_page(compared_sessions(pair_sessions(first, second)))


def _labelled() -> ComparisonPage:
    return _page(*make_pair([1] * 4 + [2] * 6, [1] * 5 + [3] * 5, LABELS))


def test_says_of_each_number_which_is_better() -> None:
    figures = {one.name: one for one in _labelled().figures}
    accuracy = figures["Accuracy"]
    assert [accuracy.first[:5], accuracy.second[:5], accuracy.better] == ["80.00", "50.00", "A"]
    assert accuracy.difference.startswith("−30.00")
    assert figures["Mean confidence"].better == ""
    assert figures["Latency, median"].first == figures["Latency, median"].difference == "–"


def test_a_lower_latency_is_better() -> None:
    report = make_report()
    again = make_report(
        make_stream(
            "large-cnn", frames=100, dataset=report.session.dataset, state=SessionState.FINISHING
        )
    )
    page = _page(report.session, again.session)
    latency = next(one for one in page.figures if one.name == "Latency, p95")
    assert latency.better == "" and latency.difference.startswith("0")
    again.document["summary"]["latency_ms"]["p95"] -= 1
    again.save()
    page = _page(report.session, again.session)
    latency = next(one for one in page.figures if one.name == "Latency, p95")
    assert latency.better == "B" and latency.difference.startswith("−1.00")


def test_draws_each_labelled_class_as_the_share_that_was_recognised() -> None:
    rows = _labelled().classes
    assert [one.difference.class_id for one in rows] == [1, 2]
    assert [one.first.length for one in rows] == [pytest.approx(66.667), 100]
    assert [one.second.length for one in rows] == [pytest.approx(83.333), 0]
    assert [one.better for one in rows] == ["B", "A"]


def test_without_labels_draws_how_often_each_class_was_said() -> None:
    page = _page(*make_pair([1, 1, 1, 2], [1, 3, 3, 3]))
    assert [(one.first.value, one.second.value) for one in page.classes] == [(3, 1), (1, 0), (0, 3)]
    assert page.classes[0].first.length == 100
    assert [one.name for one in page.choices] == ["All flips"]


def test_offers_each_kind_of_flip_with_its_count() -> None:
    page = _labelled()
    assert [(one.kind, one.frames) for one in page.choices] == [
        ("", 6),
        ("only-first", 4),
        ("only-second", 1),
        ("both-wrong", 1),
    ]
    assert [(one.first_name, one.second_name, one.frames) for one in page.changes] == [
        ("Pullover", "Dress", 5),
        ("Pullover", "Trouser", 1),
    ]


def test_says_where_the_classes_have_other_names() -> None:
    first, second = make_pair([1], [1])
    assert not _page(first, second).names_differ
    second.classifier.class_names = ["a", "b"]
    assert _page(first, second).names_differ
