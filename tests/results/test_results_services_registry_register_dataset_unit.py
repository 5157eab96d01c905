"""Datasets that servers announce."""

from typing import Any

import pytest

from results import selectors
from results.models import Dataset
from results.services import register_dataset

pytestmark = pytest.mark.django_db


def _registered(**fields: Any) -> Dataset:
    given = {
        "sha256": "ab" * 32,
        "name": "fashion-mnist",
        "split": "test",
        "seed": 7,
        "count": 100,
        "height": 28,
        "width": 28,
        "channels": 1,
        "class_names": ("Bag", "Coat"),
        "labelled": True,
        "path": "/first",
        **fields,
    }
    return register_dataset(**given)


def test_keeps_what_the_server_said() -> None:
    dataset = Dataset.objects.get(pk=_registered().pk)
    assert (dataset.name, dataset.split, dataset.seed, dataset.count) == (
        "fashion-mnist",
        "test",
        7,
        100,
    )
    assert dataset.class_names == ["Bag", "Coat"]


def test_a_known_hash_is_found_again_at_its_new_place() -> None:
    first = _registered()
    second = _registered(path="/second")
    assert second.pk == first.pk
    assert second.path == "/second"
    assert second.last_served_at >= first.last_served_at


def test_the_one_announced_last_is_current() -> None:
    first = _registered()
    second = _registered(sha256="cd" * 32, seed=None)
    assert selectors.current_dataset() == second
    _registered()
    assert selectors.current_dataset() == first
