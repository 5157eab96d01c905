"""fashionsite.asgi.with_context."""

from pathlib import Path
from typing import Any

from fashionsite.asgi import with_context
from streaming.context import StreamContext
from streaming.datasets.pickles import DatasetReader
from tests.servers import small_dataset


async def test_each_scope_has_what_the_process_serves(tmp_path: Path) -> None:
    seen: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope, receive, send))

    with DatasetReader.open(small_dataset(tmp_path / "noise.pickle", count=3)) as dataset:
        context = StreamContext(dataset=dataset, fps=10, frames_port=6000, session_port=7000)
        scope: Any = {"type": "http", "path": "/"}
        receive: Any = object()
        send: Any = object()
        await with_context(application, context)(scope, receive, send)
    assert seen == [({"type": "http", "path": "/", "stream_context": context}, receive, send)]
    assert "stream_context" not in scope
