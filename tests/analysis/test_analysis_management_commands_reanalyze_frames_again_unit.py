"""analysis.management.commands.reanalyze.frames_again."""

from pathlib import Path
from uuid import UUID

import pytest

from analysis.management.commands.reanalyze import frames_again
from streaming.datasets.pickles import DatasetReader
from streaming.errors import DatasetError
from tests.servers import small_dataset


def test_a_session_is_repeated() -> None:
    session = "12345678-1234-5678-1234-567812345678"
    assert frames_again(session) == {"repeats": UUID(session)}


def test_of_a_file_only_the_hash_is_told(tmp_path: Path) -> None:
    path = small_dataset(tmp_path / "noise.pickle", count=3)
    with DatasetReader.open(path) as dataset:
        assert frames_again(str(path)) == {"dataset": dataset.sha256}


def test_anything_else_is_a_name_that_the_server_may_know() -> None:
    assert frames_again("Fashion-MNIST") == {"dataset": "Fashion-MNIST"}


def test_refuses_a_file_that_is_no_dataset(tmp_path: Path) -> None:
    path = tmp_path / "noise.pickle"
    path.write_bytes(b"no pickle")
    with pytest.raises(DatasetError):
        frames_again(str(path))
