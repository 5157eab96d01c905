"""Classifiers that clients bring."""

from typing import Any

import pytest

from results.models import Classifier
from results.services import register_classifier

pytestmark = pytest.mark.django_db


def _registered(**fields: Any) -> Classifier:
    given = {
        "name": "cnn",
        "sha256": "ab" * 32,
        "class_names": ("Bag", "Coat"),
        "parameter_count": 10,
        "card": {"architecture": "cnn"},
        **fields,
    }
    return register_classifier(**given)


def test_keeps_what_the_client_said() -> None:
    classifier = Classifier.objects.get(pk=_registered().pk)
    assert classifier.class_names == ["Bag", "Coat"]
    assert classifier.card == {"architecture": "cnn"}
    assert classifier.parameter_count == 10


def test_what_was_said_first_stays() -> None:
    first = _registered()
    second = _registered(class_names=["Cat"], parameter_count=99)
    assert second.pk == first.pk
    assert second.class_names == ["Bag", "Coat"]


def test_a_baseline_that_was_measured_since_is_added_and_then_stays() -> None:
    _registered()
    _registered(card={"architecture": "other", "baseline": {"images": 5}})
    assert Classifier.objects.get().card == {"architecture": "cnn", "baseline": {"images": 5}}
    _registered(card={"baseline": {"images": 9}})
    assert Classifier.objects.get().card["baseline"] == {"images": 5}


@pytest.mark.parametrize("change", [{"name": "other"}, {"sha256": "cd" * 32}])
def test_another_name_or_hash_is_another_classifier(change: dict[str, Any]) -> None:
    assert _registered(**change).pk != _registered().pk
