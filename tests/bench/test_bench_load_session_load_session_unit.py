"""bench.load_session.LoadSession, without a socket and on a clock of its own."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from analysis.uplink import MAX_UNACKED
from bench.load_session import LoadSession, Surroundings
from streaming.frames import encode_frames
from streaming.messages import Accepted, Ack, Attached, Ended, Message, Opened, Ready
from streaming.messages import DatasetInfo, Error, encode_message
from streaming.predictions import decode_predictions

UUID = uuid4()
WINDOW = 8


class World:
    """What a session has around it, and what it said there."""

    def __init__(self, *, frames: int = 4) -> None:
        self.now = 100.0
        self.said: list[str | bytes] = []
        self.said_on_frames: list[Any] = []
        self.fetched: list[tuple[int, str]] = []
        self.calls: list[tuple[float, Callable[[], None]]] = []
        self.events: list[str] = []
        self.session = LoadSession(
            Surroundings(
                say=self.said.append,
                say_frames=lambda message: self.said_on_frames.append(json.loads(message)),
                close_frames=lambda: self.events.append("frames closed"),
                fetch_frames=lambda port, path: self.fetched.append((port, path)),
                clock=lambda: self.now,
                wall_ns=lambda: round(self.now * 1e9),
                call_at=lambda at, what: self.calls.append((at, what)),
                on_attached=lambda: self.events.append("attached"),
                on_over=lambda: self.events.append("over"),
            ),
            frames=frames,
            fps=10,
            class_names=["a", "b"],
            batch_every_s=0.25,
            progress_every_s=1.0,
        )

    @property
    def batches(self) -> list[Any]:
        """Number and predictions of every batch that it sent."""
        return [decode_predictions(each) for each in self.said if isinstance(each, bytes)]

    @property
    def texts(self) -> list[dict[str, Any]]:
        """Every JSON message of the session socket."""
        return [json.loads(each) for each in self.said if isinstance(each, str)]

    def wait(self, seconds: float) -> None:
        """Let time pass, and what was to be called then be called."""
        self.now += seconds
        due = [each for each in self.calls if each[0] <= self.now]
        self.calls = [each for each in self.calls if each[0] > self.now]
        for _, call in due:
            call()

    def hear(self, message: Message) -> None:
        """A message on the session socket."""
        self.session.hear(encode_message(message))

    def begin(self) -> None:
        """Everything up to both sides' readiness."""
        self.session.open()
        self.hear(
            Opened(
                session=UUID,
                secret="secret",
                frames_port=6000,
                frames_path="/frames/x",
                classifier="load",
                announced=self.session.account.announced,
                fps=10,
                offset=0,
                window=WINDOW,
                dataset=DatasetInfo(name="noise", sha256="0" * 64, height=2, width=2, channels=1),
            )
        )
        self.session.attach()
        self.session.hear_frames_text(encode_message(Attached(session=UUID)))
        self.session.ready()
        self.hear(Ready())

    def frames(self, first: int, count: int = 1, *, sent_ms_ago: float = 2) -> None:
        """Frames that the server sent a moment ago."""
        self.session.hear_frames(
            encode_frames(
                np.zeros((count, 2, 2), np.uint8),
                first_sequence=first,
                sent_at_ns=round((self.now - sent_ms_ago / 1000) * 1e9),
            )
        )

    def end(self, *, sent: int = 4) -> None:
        """The server's word on the end, on both sockets."""
        ended = Ended(session=UUID, sent=sent, unsent=0, reason="complete")
        self.session.hear_frames_text(encode_message(ended))
        self.hear(ended)

    def acknowledge(self, batch: int, stored: int) -> None:
        """A batch is stored."""
        self.hear(Ack(batch=batch, stored=stored, repeated=0, total=stored))

    def accept(self, **counts: int) -> None:
        """The server's last word."""
        names = ("announced", "sent", "received", "analysed", "stored")
        self.hear(
            Accepted(
                session=UUID,
                state="completed",
                verified=False,
                discrepancies=[],
                ledger={**dict.fromkeys(names, 4), **counts},
                page="/",
            )
        )


def test_opens_attaches_and_grants_before_it_is_ready() -> None:
    world = World()
    world.begin()
    assert [each["type"] for each in world.texts] == ["open", "ready"]
    assert (world.texts[0]["count"], world.texts[0]["fps"]) == (4, 10)
    assert world.fetched == [(6000, "/frames/x")]
    assert world.said_on_frames == [
        {"type": "attach", "secret": "secret", "next": 0},
        {"type": "credit", "until": 4},
    ]
    assert world.events == ["attached"]


def test_a_whole_session_ends_accepted_with_every_frame_accounted_for() -> None:
    world = World()
    world.begin()
    for sequence in range(4):
        world.frames(sequence)
        world.wait(0.1)
    world.wait(0.25)
    assert [batch.sequences.tolist() for _, batch in world.batches] == [[0], [1, 2], [3]]
    world.end()
    for number, stored in enumerate((1, 2)):
        world.acknowledge(number, stored)
    assert "done" not in [each["type"] for each in world.texts]
    world.acknowledge(2, 1)
    assert world.texts[-1]["type"] == "done"
    world.accept()
    account = world.session.account
    assert account.is_accepted and not account.failure
    assert (account.received, account.predicted, account.stored) == (4, 4, 4)
    assert world.events == ["attached", "frames closed", "over"]


def test_predicts_every_class_alike_with_the_latency_it_had() -> None:
    world = World()
    world.begin()
    world.frames(0, 2, sent_ms_ago=7)
    ((number, batch),) = world.batches
    assert number == 0
    assert batch.probabilities.tolist() == [[0.5, 0.5]] * 2
    assert batch.latencies_ms.tolist() == pytest.approx([7, 7], abs=0.01)


def test_no_two_batches_are_closer_than_the_interval() -> None:
    world = World(frames=20)
    world.begin()
    for sequence in range(20):
        world.frames(sequence)
        world.wait(0.01)
    assert len(world.batches) == 1
    world.wait(0.25)
    assert [len(batch) for _, batch in world.batches] == [1, 19]


def test_waits_with_a_batch_while_too_many_are_not_acknowledged() -> None:
    world = World(frames=100)
    world.begin()
    for sequence in range(MAX_UNACKED + 2):
        world.frames(sequence)
        world.wait(0.25)
    assert len(world.batches) == MAX_UNACKED
    world.acknowledge(0, 1)
    assert len(world.batches) == MAX_UNACKED + 1
    assert len(world.batches[-1][1]) == 2


def test_grants_more_credit_as_frames_come() -> None:
    world = World(frames=100)
    world.begin()
    world.frames(0, 2)
    assert world.said_on_frames[-1] == {"type": "credit", "until": WINDOW + 2}


def test_tells_its_counts_again_and_again() -> None:
    world = World()
    world.begin()
    world.frames(0)
    world.wait(1.0)
    world.wait(1.0)
    progress = [each for each in world.texts if each["type"] == "progress"]
    assert progress == [{"type": "progress", "received": 1, "analysed": 1}] * 2


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        pytest.param(lambda world: world.frames(1), "frame 0 was expected, 1 came", id="a gap"),
        pytest.param(
            lambda world: (world.frames(0), world.frames(0)),
            "frame 1 was expected, 0 came",
            id="a frame twice",
        ),
        pytest.param(lambda world: world.end(sent=3), "ended after 3 frames", id="too few"),
        pytest.param(
            lambda world: world.acknowledge(5, 1), "batch 5 was acknowledged", id="a foreign batch"
        ),
        pytest.param(
            lambda world: world.accept(stored=3), "accepted as completed with", id="one not stored"
        ),
        pytest.param(
            lambda world: world.hear(Error(code="too-many", detail="no", close_code=4429)),
            "too-many: no",
            id="refused",
        ),
        pytest.param(
            lambda world: world.session.hear_frames(b"FSPR" + bytes(28)), "no frames", id="others"
        ),
        pytest.param(lambda world: world.session.fail("broke"), "broke", id="a broken socket"),
    ],
)
def test_whatever_goes_wrong_fails_it_once_with_the_reason(
    happens: Callable[[World], None], reason: str
) -> None:
    world = World()
    world.begin()
    happens(world)
    world.session.fail("later")
    assert world.session.account.failure.startswith(reason)
    assert not world.session.account.is_accepted
    assert world.session.is_over
    assert world.events.count("over") == 1
