"""streaming.bookkeeping.dataset_of."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from results.models import Dataset, Session
from streaming.bookkeeping import dataset_of
from streaming.context import StreamContext
from streaming.datasets.pickles import DatasetReader
from streaming.errors import DatasetCorrupt, DatasetError
from tests.servers import small_dataset


@pytest.fixture(name="context")
def make_context(tmp_path: Path) -> Iterator[StreamContext]:
    """A server of three frames."""
    with DatasetReader.open(small_dataset(tmp_path / "served.pickle", count=3)) as dataset:
        yield StreamContext(dataset=dataset, fps=10, frames_port=6000, session_port=7000)


def _session(sha256: str, path: Path) -> Session:
    return Session(dataset=Dataset(sha256=sha256, path=str(path)))


def test_is_what_this_process_serves_wherever_the_file_was(context: StreamContext) -> None:
    session = _session(context.dataset.sha256, Path("/moved/away"))
    assert dataset_of(session, context) is context.dataset


def test_is_what_was_served_before_for_a_session_of_then(
    context: StreamContext, tmp_path: Path
) -> None:
    path = small_dataset(tmp_path / "before.pickle", count=5)
    with DatasetReader.open(path) as before:
        sha256 = before.sha256
    dataset = dataset_of(_session(sha256, path), context)
    assert (dataset.header.count, dataset.sha256) == (5, sha256)


def test_refuses_a_file_that_is_another_one_by_now(context: StreamContext, tmp_path: Path) -> None:
    path = small_dataset(tmp_path / "before.pickle", count=5)
    with pytest.raises(DatasetCorrupt, match="served with aaaaaaaaaaaa…"):
        dataset_of(_session("a" * 64, path), context)


def test_refuses_a_file_that_is_gone(context: StreamContext, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="there is no dataset"):
        dataset_of(_session("a" * 64, tmp_path / "gone.pickle"), context)
