"""streaming.bookkeeping.register_dataset."""

from pathlib import Path

import pytest

from results.models import Dataset
from streaming.bookkeeping import register_dataset
from streaming.datasets.pickles import DatasetReader
from tests.servers import CLASS_NAMES, small_dataset

pytestmark = pytest.mark.django_db


def test_keeps_what_is_served_once(tmp_path: Path) -> None:
    with DatasetReader.open(small_dataset(tmp_path / "noise.pickle", count=7)) as dataset:
        first, again = register_dataset(dataset), register_dataset(dataset)
        assert first.pk == again.pk
        kept = Dataset.objects.get(sha256=dataset.sha256)
    assert (kept.name, kept.split, kept.count, kept.labelled) == ("noise", "test", 7, True)
    assert (kept.height, kept.width, kept.channels) == (28, 28, 1)
    assert kept.class_names == list(CLASS_NAMES)
    assert kept.path == str((tmp_path / "noise.pickle").resolve())
    assert again.last_served_at > first.last_served_at
