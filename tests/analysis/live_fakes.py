"""Stand-ins for the parts around a stage: a classifier, a source of frames, a session."""

import queue
import threading
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from analysis.chunks import FrameChunk, ResultChunk
from analysis.classifiers.card import Card
from analysis.connection import Limits
from analysis.errors import ServerUnreachable
from streaming.frames import encode_frames
from streaming.messages import ClientInfo, DatasetInfo, Ended, Opened
from tests.analysis.tiny_models import tiny_card

SESSION = UUID("12345678-1234-5678-1234-567812345678")
CLIENT = ClientInfo(name="test", version="1")
SENT_AT_NS = 1_000_000_000
WAIT_S = 20.0
# Patient, except between tries.
LIMITS = Limits(
    connect_s=2,
    reply_s=WAIT_S,
    stall_s=WAIT_S,
    ack_s=WAIT_S,
    accepted_s=WAIT_S,
    reconnect_s=WAIT_S,
    retry_s=0.02,
)

Images = npt.NDArray[np.uint8]


def pictures(count: int, *, first: int = 0, shape: tuple[int, ...] = (8, 10)) -> Images:
    """Pictures whose first pixel is their sequence, modulo 256."""
    images = np.zeros((count, *shape), dtype=np.uint8)
    images.reshape(count, -1)[:, 0] = np.arange(first, first + count) % 256
    return images


def message(first: int, count: int = 1, *, shape: tuple[int, ...] = (8, 10)) -> bytes:
    """A frame message of such pictures."""
    return encode_frames(
        pictures(count, first=first, shape=shape), first_sequence=first, sent_at_ns=SENT_AT_NS
    )


def frame_chunk(first: int, count: int = 1) -> FrameChunk:
    """Such pictures in a chunk."""
    return FrameChunk(first, SENT_AT_NS, pictures(count, first=first))


def result_chunk(first: int, count: int = 1, *, latency_ms: float = 2.0) -> ResultChunk:
    """Such pictures with what the fake classifier says of them."""
    images = pictures(count, first=first)
    return ResultChunk(
        sequences=np.arange(first, first + count, dtype=np.uint64),
        images=images,
        probabilities=FakeClassifier().predict(images),
        latencies_ms=np.full(count, latency_ms, dtype=np.float32),
    )


def a_dataset(shape: tuple[int, ...] = (8, 10)) -> DatasetInfo:
    """What the server says of its frames."""
    channels = shape[2] if len(shape) == 3 else 1
    return DatasetInfo(
        name="pictures", sha256="a" * 64, height=shape[0], width=shape[1], channels=channels
    )


def a_session(count: int = 10, **changes: Any) -> Opened:
    """A session as the server opens it."""
    fields: dict[str, Any] = {
        "session": SESSION,
        "secret": "secret",
        "frames_port": 6000,
        "frames_path": f"/frames/{SESSION}",
        "classifier": "tiny",
        "announced": count,
        "fps": 0.0,
        "offset": 0,
        "window": 64,
        "dataset": a_dataset(),
    }
    return Opened(**(fields | changes))


def the_end(sent: int, *, unsent: int = 0, reason: str = "complete") -> Ended:
    """The end of that session's stream."""
    return Ended(session=SESSION, sent=sent, unsent=unsent, reason=reason)


class FakeClassifier:
    """Says class ``first pixel % 3`` with a confidence of 0.8.

    Args:
        card: Of what it pretends to be.
        before: Called with the pictures before each prediction; may wait, or raise.
        change: Called with the probabilities; what it returns is predicted.
    """

    def __init__(
        self,
        card: Card | None = None,
        *,
        before: Callable[[Images], object] = lambda images: None,
        change: Callable[[Any], Any] = lambda probabilities: probabilities,
    ) -> None:
        self._card = card or tiny_card()
        self._before = before
        self._change = change
        self.batches: list[int] = []

    @property
    def card(self) -> Card:
        """The card."""
        return self._card

    @property
    def sha256(self) -> str:
        """Of the weights that it does not have."""
        return self._card.weights.sha256

    def predict(self, images: Images) -> npt.NDArray[np.float32]:
        """Rows of 0.8 and 0.1s."""
        self._before(images)
        self.batches.append(len(images))
        probabilities = np.full((len(images), 3), 0.1, dtype=np.float32)
        first_pixels = images.reshape(len(images), -1)[:, 0]
        probabilities[np.arange(len(images)), first_pixels % 3] = 0.8
        changed: npt.NDArray[np.float32] = self._change(probabilities)
        return changed


class FakeSource:
    """Gives what it was given, one after the other, and keeps the credit granted.

    An exception in the list is raised; after the last item, it times out.
    """

    def __init__(self, items: Iterable[bytes | Ended | Exception]) -> None:
        self.granted: list[int] = []
        self.renewed: list[tuple[str, int]] = []
        self.first_grant = threading.Event()
        self._items: queue.SimpleQueue[bytes | Ended | Exception] = queue.SimpleQueue()
        for item in items:
            self._items.put(item)

    def receive(self, timeout_s: float) -> bytes | Ended:
        """The next item."""
        assert timeout_s > 0
        try:
            item = self._items.get(timeout=timeout_s)
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(item, Exception):
            raise item
        return item

    def renew(self, error: ServerUnreachable | None, next_sequence: int) -> int:
        """Keep why, and from where on."""
        self.renewed.append((str(error or ""), next_sequence))
        return next_sequence

    def grant(self, until: int) -> None:
        """Keep the credit."""
        self.granted.append(until)
        self.first_grant.set()
