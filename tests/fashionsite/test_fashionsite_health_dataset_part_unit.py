"""fashionsite.health.dataset_part."""

from pathlib import Path

from fashionsite.health import dataset_part
from streaming.context import StreamContext
from streaming.datasets.pickles import DatasetReader
from tests.servers import small_dataset


def test_says_whether_a_dataset_is_served() -> None:
    assert dataset_part(None) == "not-served"


def test_says_whether_its_file_is_there_and_its_server_stays(tmp_path: Path) -> None:
    with DatasetReader.open(small_dataset(tmp_path / "noise.pickle", count=3)) as dataset:
        context = StreamContext(dataset=dataset, fps=10, frames_port=6000, session_port=7000)
        assert dataset_part(context) == "ok"
        dataset.path.unlink()
        assert dataset_part(context) == "missing"
        context.ending.set()
        assert dataset_part(context) == "ending"
