"""An HTTP answer that is made part by part while it is sent."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse


class StreamedFile(StreamingHttpResponse):
    """A file to download, from an iterator of its parts; empty ones are not sent.

    Django collects all that a plain iterator gives before it sends any of it by ASGI. Here each
    part is asked for when the one before is gone, and other requests have their turn in between.

    Args:
        parts: Parts of the file; an exception among them breaks the connection off, so that
            nobody takes half of it for the whole.
        name: What the browser saves it as.
        content_type: Of the file.
    """

    def __init__(self, parts: Iterator[bytes], *, name: str, content_type: str) -> None:
        self._parts = parts
        super().__init__(
            filter(None, parts),
            content_type=content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    async def __aiter__(self) -> AsyncIterator[bytes]:
        step = sync_to_async(self._next)
        while (part := await step()) is not None:
            if part:
                yield part

    def _next(self) -> bytes | None:
        return next(self._parts, None)
