"""streaming.bodies.BoundedBodies, around an application that reads the whole body."""

from typing import Any

import pytest

from streaming.bodies import BoundedBodies
from streaming.connection_limits import MAX_BODY_BYTES


async def _request(
    chunks: list[int], *, length: int | None = None, kind: str = "http"
) -> tuple[list[int], list[dict[str, Any]]]:
    """The bodies that got through to the application, and what was answered."""
    taken: list[int] = []
    sent: list[dict[str, Any]] = []
    waiting = [bytes(size) for size in chunks]

    async def application(_scope: Any, receive: Any, send: Any) -> None:
        total, more = 0, True
        while more:
            event = await receive()
            total += len(event.get("body", b""))
            more = event.get("more_body", False)
        taken.append(total)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Any:
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(event: Any) -> None:
        sent.append(event)

    headers = [] if length is None else [(b"content-length", str(length).encode())]
    wrapped: Any = BoundedBodies(application)
    await wrapped({"type": kind, "headers": headers}, receive, send)
    return taken, sent


@pytest.mark.parametrize(
    ("chunks", "length"),
    [
        pytest.param([0], None, id="none"),
        pytest.param([MAX_BODY_BYTES], MAX_BODY_BYTES, id="announced"),
        pytest.param([MAX_BODY_BYTES // 2] * 2, None, id="in chunks"),
    ],
)
async def test_lets_the_largest_body_pass(chunks: list[int], length: int | None) -> None:
    taken, sent = await _request(chunks, length=length)
    assert taken == [sum(chunks)]
    assert [event.get("status") for event in sent] == [200]


@pytest.mark.parametrize(
    ("chunks", "length"),
    [
        pytest.param([], MAX_BODY_BYTES + 1, id="announced, before any of it came"),
        pytest.param([MAX_BODY_BYTES, 1], None, id="in chunks"),
        pytest.param([1, MAX_BODY_BYTES], 10, id="announced as less"),
    ],
)
async def test_answers_413_to_a_larger_one_and_hangs_up(
    chunks: list[int], length: int | None
) -> None:
    taken, (start, body) = await _request(chunks, length=length)
    assert not taken
    assert start["status"] == 413
    assert (b"connection", b"close") in start["headers"]
    assert str(MAX_BODY_BYTES).encode() in body["body"]


async def test_leaves_a_websocket_alone() -> None:
    taken, _ = await _request([MAX_BODY_BYTES, 1], length=MAX_BODY_BYTES + 1, kind="websocket")
    assert taken == [MAX_BODY_BYTES + 1]
