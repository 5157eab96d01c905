"""streaming.routing.session_urlpatterns."""

from pathlib import Path

from streaming.context import StreamContext
from streaming.datasets.pickles import DatasetReader
from streaming.messages import SESSION_PATH
from streaming.routing import session_urlpatterns
from tests.servers import small_dataset


def test_takes_the_documented_path_and_no_other(tmp_path: Path) -> None:
    with DatasetReader.open(small_dataset(tmp_path / "noise.pickle", count=3)) as dataset:
        context = StreamContext(dataset=dataset, fps=10, frames_port=6000, session_port=7000)
        (pattern,) = session_urlpatterns(context)
    assert SESSION_PATH == "/ws/sessions/"
    assert pattern.resolve("ws/sessions/") is not None
    assert pattern.resolve("ws/sessions/more") is None
    assert pattern.resolve("frames/7") is None
