"""The receiver, from a source that a test fills."""

import threading
from collections.abc import Sequence

import numpy as np
import pytest

from analysis.accounting import Reception
from analysis.chunks import FrameChunk
from analysis.credit import Credit, Overload
from analysis.errors import ServerRefused, ServerUnreachable
from analysis.queues import BoundedQueue
from analysis.receiver import Receiver
from results.ledger import Loss
from streaming.errors import MalformedFrames, OutOfOrder
from streaming.messages import Ended
from tests.analysis.live_fakes import WAIT_S, FakeSource, a_dataset, message, the_end
from tests.analysis.tiny_models import tiny_card

ANNOUNCED = 20


class _Setting:
    """A receiver with what is around it."""

    def __init__(
        self,
        *items: bytes | Ended | Exception,
        overload: Overload = "wait",
        granted: bool = True,
        capacity: int = 100,
        shape: tuple[int, ...] = (8, 10),
        stall_s: float = WAIT_S,
        stored: Sequence[tuple[int, int]] = (),
    ) -> None:
        self.source = FakeSource(items)
        self.queue = BoundedQueue[FrameChunk](capacity)
        self.credit = Credit(announced=ANNOUNCED, window=ANNOUNCED)
        if granted:
            self.credit.advance(0)
        self.receiver = Receiver(
            self.source,
            self.queue,
            reception=Reception(ANNOUNCED, stored=stored),
            dataset=a_dataset(shape),
            wanted=tiny_card().input,
            credit=self.credit,
            overload=overload,
            stall_s=stall_s,
        )


def test_queues_every_frame_and_closes_the_queue_at_the_end() -> None:
    setting = _Setting(message(0, 3), message(3, 1), the_end(4))
    setting.receiver.run()
    taken = setting.queue.take(100)
    assert [(chunk.first_sequence, len(chunk)) for chunk in taken] == [(0, 3), (3, 1)]
    assert setting.source.renewed == [("", 0)]
    assert np.concatenate([chunk.images for chunk in taken])[:, 0, 0].tolist() == [0, 1, 2, 3]
    assert setting.queue.finished
    assert setting.receiver.ended == the_end(4)
    assert setting.receiver.reception.received == 4


def test_makes_frames_fit_the_classifier() -> None:
    setting = _Setting(message(0, 2, shape=(16, 20, 3)), the_end(2), shape=(16, 20, 3))
    setting.receiver.run()
    assert setting.queue.take(100)[0].images.shape == (2, 8, 10)


def test_accounts_for_frames_that_are_missing() -> None:
    setting = _Setting(message(0, 2), message(5, 1), the_end(8))
    setting.receiver.run()
    lost = setting.receiver.reception.lost.losses("gap")
    assert lost == (Loss("gap", ((2, 4), (6, 7))),)


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        pytest.param((b"FSXX" + bytes(40),), "starts with b'FSFR'", id="wrong magic"),
        pytest.param((b"FSFR",), "at least 32 bytes", id="too short"),
        pytest.param((message(0, 2)[:-1],), "take 192 bytes", id="truncated"),
        pytest.param((message(0, 2), message(1, 2)), "expected sequence 2", id="repeated"),
        pytest.param((message(3), message(0)), "expected sequence 4", id="out of order"),
        pytest.param((message(19, 2),), "sequences 0 to 19", id="never announced"),
        pytest.param((message(0, shape=(9, 10)),), r"\(8, 10\), got \(9, 10\)", id="wrong size"),
        pytest.param((message(0, shape=(8, 10, 3)),), r"got \(8, 10, 3\)", id="wrong mode"),
        pytest.param((message(0, 5), the_end(3)), "3 frames are said", id="wrong end"),
    ],
)
def test_refuses_a_stream_that_is_malformed(items: tuple[bytes | Ended, ...], reason: str) -> None:
    setting = _Setting(*items)
    with pytest.raises(MalformedFrames, match=reason):
        setting.receiver.run()
    assert not setting.queue.finished


def test_refuses_frames_beyond_the_credit() -> None:
    setting = _Setting(message(0), granted=False)
    with pytest.raises(OutOfOrder, match="below sequence 0, the credit, got 0"):
        setting.receiver.run()


def test_passes_on_why_the_source_closed() -> None:
    setting = _Setting(message(0), ServerRefused(4410, "no"))
    with pytest.raises(ServerRefused, match="4410"):
        setting.receiver.run()


def test_connects_again_when_no_frame_comes_while_there_is_credit() -> None:
    setting = _Setting(message(0, 2), TimeoutError(), message(2, 1), the_end(3), stall_s=0.5)
    setting.receiver.run()
    reason = f"no frame came for 0.5 s after sequence 1, credit reaches {ANNOUNCED}"
    assert setting.source.renewed == [("", 0), (reason, 2)]
    assert setting.receiver.reception.received == 3


def test_connects_again_for_what_has_not_come() -> None:
    setting = _Setting(message(0, 3), ServerUnreachable("broken"), message(3, 1), the_end(4))
    setting.receiver.run()
    assert setting.source.renewed == [("", 0), ("broken", 3)]
    assert [len(chunk) for chunk in setting.queue.take(100)] == [3, 1]


def test_passes_over_frames_that_were_analysed_before_and_says_how_far() -> None:
    stored = ((0, 2), (4, 4), (6, 9))
    setting = _Setting(message(3, 3), message(6, 4), the_end(10), stored=stored)
    setting.receiver.run()
    assert setting.source.renewed == [("", 3)]
    taken = [(chunk.first_sequence, len(chunk)) for chunk in setting.queue.take(100)]
    assert taken == [(3, 1), (5, 1), (10, 0)]
    assert setting.receiver.reception.received == 10


def test_is_patient_while_it_grants_no_credit() -> None:
    setting = _Setting(TimeoutError(), TimeoutError(), the_end(0), granted=False)
    setting.receiver.run()
    assert setting.receiver.ended is not None


def test_grants_nothing_itself_where_frames_wait() -> None:
    setting = _Setting(message(0, 9), the_end(9))
    setting.receiver.run()
    assert not setting.source.granted


def test_drops_the_oldest_frames_and_names_them_where_that_was_chosen() -> None:
    items = [message(first, 4) for first in range(0, ANNOUNCED, 4)]
    setting = _Setting(*items, the_end(ANNOUNCED), overload="drop-oldest", capacity=6)
    setting.receiver.run()
    assert setting.receiver.dropped.losses("overload") == (Loss("overload", ((0, 13),)),)
    kept = [
        sequence
        for chunk in setting.queue.take(100)
        for sequence in range(chunk.first_sequence, chunk.end_sequence)
    ]
    assert kept == list(range(14, ANNOUNCED))
    assert setting.receiver.reception.received == ANNOUNCED


def test_extends_the_credit_on_receipt_where_frames_are_dropped() -> None:
    source = FakeSource([message(0, 4), message(4, 4), the_end(8)])
    credit = Credit(announced=ANNOUNCED, window=8)
    credit.advance(0)
    Receiver(
        source,
        BoundedQueue[FrameChunk](2),
        reception=Reception(ANNOUNCED),
        dataset=a_dataset(),
        wanted=tiny_card().input,
        credit=credit,
        overload="drop-oldest",
        stall_s=WAIT_S,
    ).run()
    assert source.granted == [12, 16]


def test_ends_when_the_queue_is_aborted_while_it_waits_for_room() -> None:
    setting = _Setting(message(0, 3), message(3, 3), capacity=3)
    thread = threading.Thread(target=setting.receiver.run)
    thread.start()
    setting.queue.abort()
    thread.join(WAIT_S)
    assert not thread.is_alive()
    assert setting.receiver.ended is None
