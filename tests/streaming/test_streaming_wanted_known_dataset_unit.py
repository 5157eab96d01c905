"""streaming.wanted.known_dataset."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from results.models import Dataset
from streaming.context import StreamContext
from streaming.datasets.pickles import DatasetReader
from streaming.errors import DatasetCorrupt, DatasetError
from streaming.wanted import known_dataset
from tests.servers import small_dataset


@pytest.fixture(name="context")
def make_context(tmp_path: Path) -> Iterator[StreamContext]:
    """A server of three frames."""
    with DatasetReader.open(small_dataset(tmp_path / "served.pickle", count=3)) as dataset:
        yield StreamContext(dataset=dataset, fps=10, frames_port=6000, session_port=7000)


def test_is_what_this_process_serves_wherever_the_file_was(context: StreamContext) -> None:
    known = Dataset(sha256=context.dataset.sha256, path="/moved/away")
    assert known_dataset(known, context) is context.dataset


def test_is_read_from_where_it_was_served_before(context: StreamContext, tmp_path: Path) -> None:
    path = small_dataset(tmp_path / "before.pickle", count=5)
    with DatasetReader.open(path) as before:
        known = Dataset(sha256=before.sha256, path=str(path))
    assert known_dataset(known, context).header.count == 5


def test_refuses_a_file_that_is_another_one_by_now(context: StreamContext, tmp_path: Path) -> None:
    path = small_dataset(tmp_path / "before.pickle", count=5)
    with pytest.raises(DatasetCorrupt, match="served with aaaaaaaaaaaa…"):
        known_dataset(Dataset(sha256="a" * 64, path=str(path)), context)


def test_refuses_a_file_that_is_gone(context: StreamContext, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="there is no dataset"):
        known_dataset(Dataset(sha256="a" * 64, path=str(tmp_path / "gone.pickle")), context)
