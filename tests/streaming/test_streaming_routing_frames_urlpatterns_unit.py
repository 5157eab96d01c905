"""streaming.routing.frames_urlpatterns."""

from pathlib import Path
from uuid import UUID

import pytest
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator

from streaming.context import StreamContext
from streaming.datasets.pickles import DatasetReader
from streaming.routing import NOWHERE, frames_urlpatterns
from tests.servers import small_dataset

# Channels looks after old database connections around each message.
pytestmark = pytest.mark.django_db


@pytest.fixture(name="context")
def make_context(tmp_path: Path) -> StreamContext:
    """A context as `runstream` makes it."""
    dataset = DatasetReader.open(small_dataset(tmp_path / "noise.pickle", count=3))
    return StreamContext(dataset=dataset, fps=10, frames_port=6000, session_port=7000)


def test_takes_a_session_id(context: StreamContext) -> None:
    pattern = frames_urlpatterns(context)[0]
    uuid = UUID(int=7)
    match = pattern.resolve(f"frames/{uuid}")
    assert match is not None and match.kwargs == {"session": uuid}


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("frames/7", id="no id"),
        pytest.param(f"frames/{UUID(int=7)}/", id="a slash more"),
        pytest.param("ws/sessions/", id="the other socket"),
        pytest.param("", id="nothing"),
    ],
)
async def test_refuses_everything_else(context: StreamContext, path: str) -> None:
    patterns = frames_urlpatterns(context)
    assert patterns[0].resolve(path) is None
    assert patterns[1:] == [NOWHERE]
    peer = WebsocketCommunicator(URLRouter(patterns), f"/{path}")
    connected, _ = await peer.connect()
    assert not connected
