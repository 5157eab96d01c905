"""The datasets that a session can be started of."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from results import selectors
from results.models import Dataset
from results.selectors import offered_datasets
from tests.results.conftest import make_dataset

pytestmark = pytest.mark.django_db


def _served(days_ago: int, path: Path) -> Dataset:
    return make_dataset(path=str(path), last_served_at=timezone.now() - timedelta(days=days_ago))


def test_the_current_one_first_then_those_whose_files_are_here(tmp_path: Path) -> None:
    kept = tmp_path / "kept.pickle"
    kept.touch()
    elsewhere = tmp_path / "gone.pickle"
    oldest, current = _served(3, kept), _served(0, elsewhere)
    _served(1, elsewhere)
    assert offered_datasets() == [current, oldest]


def test_are_not_without_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "MAX_OFFERED_DATASETS", 2)
    kept = tmp_path / "kept.pickle"
    kept.touch()
    first, second, _third = (_served(days, kept) for days in range(3))
    assert offered_datasets() == [first, second]


def test_are_none_before_any_was_served() -> None:
    assert not offered_datasets()
