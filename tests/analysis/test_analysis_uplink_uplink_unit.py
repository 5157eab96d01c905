"""The uplink, with a queue that a test fills and messages that it collects."""

import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

import numpy as np
import pytest

from analysis.chunks import ResultChunk
from analysis.errors import ServerUnreachable
from analysis.queues import BoundedQueue
from analysis.recording import Recording
from analysis.uplink import MAX_BATCH, MAX_BATCH_BYTES, MAX_UNACKED, Uplink
from results.batches import PredictionBatch
from streaming.errors import OutOfOrder
from streaming.messages import Ack
from streaming.predictions import decode_predictions
from tests.analysis.live_fakes import WAIT_S, result_chunk


class _Setting:
    """An uplink; every message is acknowledged at once where ``acks``."""

    def __init__(
        self, *, classes: int = 3, acks: bool = True, recording: Recording | None = None
    ) -> None:
        self.results = BoundedQueue[ResultChunk](100_000)
        self.batches: list[list[int]] = []
        self.acks = acks
        self.sent: SimpleQueue[int] = SimpleQueue()
        self.messages: list[bytes] = []
        self.broken = False
        self.recording = recording or Recording(classes, sample_seed=0)
        self.uplink = Uplink(
            self.results, classes=classes, recording=self.recording, send=self._send
        )

    def _send(self, message: bytes) -> None:
        if self.broken:
            raise ServerUnreachable("broken")
        self.messages.append(message)
        number, batch = decode_predictions(message)
        if number < len(self.batches):
            return
        assert number == len(self.batches)
        self.batches.append(batch.sequences.tolist())
        if self.acks:
            self.acknowledge(number)
        self.sent.put(number)

    def acknowledge(self, number: int) -> None:
        """As the server does after its commit."""
        total = sum(len(batch) for batch in self.batches[: number + 1])
        stored = len(self.batches[number])
        self.uplink.acknowledge(Ack(batch=number, stored=stored, repeated=0, total=total))


def _start(setting: _Setting) -> threading.Thread:
    thread = threading.Thread(target=setting.uplink.run)
    thread.start()
    return thread


def test_sends_every_result_once_and_in_order() -> None:
    setting = _Setting()
    for first in range(0, 5000, 50):
        setting.results.put(result_chunk(first, 50))
    setting.results.close()
    setting.uplink.run()
    assert [one for batch in setting.batches for one in batch] == list(range(5000))
    assert max(len(batch) for batch in setting.batches) <= MAX_BATCH
    assert setting.uplink.complete
    assert setting.uplink.stored == 5000
    assert len(setting.recording) == 5000
    assert setting.uplink.last_result_at is not None


def test_has_nothing_to_send_where_nothing_came() -> None:
    setting = _Setting()
    setting.results.close()
    setting.uplink.run()
    assert not setting.batches
    assert setting.uplink.complete
    assert setting.uplink.last_result_at is None


def test_sends_a_first_result_without_waiting_for_more() -> None:
    setting = _Setting()
    thread = _start(setting)
    setting.results.put(result_chunk(0))
    setting.sent.get(timeout=WAIT_S)
    assert setting.batches == [[0]]
    setting.results.close()
    thread.join(WAIT_S)


def test_makes_smaller_batches_of_many_classes() -> None:
    setting = _Setting(classes=3)
    rows = MAX_BATCH_BYTES // (12 + 4 * 3)
    assert rows > MAX_BATCH
    wide = Uplink(
        setting.results,
        classes=4096,
        recording=Recording(4096, sample_seed=0),
        send=lambda message: None,
    )
    assert wide.batch_rows == MAX_BATCH_BYTES // (12 + 4 * 4096)


def test_is_complete_only_once_everything_is_acknowledged() -> None:
    setting = _Setting(acks=False)
    setting.results.put(result_chunk(0, 3))
    setting.results.close()
    setting.uplink.run()
    before = setting.uplink.complete, setting.uplink.oldest_unacked_s() >= 0
    setting.acknowledge(0)
    after = setting.uplink.complete, setting.uplink.oldest_unacked_s() == 0
    assert before == (False, True)
    assert after == (True, True)


def test_waits_when_too_many_batches_are_under_way() -> None:
    setting = _Setting(acks=False)
    for first in range(0, (MAX_UNACKED + 1) * MAX_BATCH, MAX_BATCH):
        setting.results.put(result_chunk(first, MAX_BATCH))
    setting.results.close()
    thread = _start(setting)
    for _ in range(MAX_UNACKED):
        setting.sent.get(timeout=WAIT_S)
    assert len(setting.batches) == MAX_UNACKED
    setting.acknowledge(0)
    setting.sent.get(timeout=WAIT_S)
    thread.join(WAIT_S)
    assert len(setting.batches) == MAX_UNACKED + 1


def test_ends_when_aborted_while_it_waits() -> None:
    setting = _Setting(acks=False)
    for first in range(0, (MAX_UNACKED + 1) * MAX_BATCH, MAX_BATCH):
        setting.results.put(result_chunk(first, MAX_BATCH))
    thread = _start(setting)
    for _ in range(MAX_UNACKED):
        setting.sent.get(timeout=WAIT_S)
    setting.uplink.abort()
    setting.results.abort()
    thread.join(WAIT_S)
    assert not thread.is_alive()
    assert not setting.uplink.complete
    assert len(setting.batches) == MAX_UNACKED


@pytest.mark.parametrize("number", [0, 7])
def test_refuses_an_acknowledgement_of_what_is_not_under_way(number: int) -> None:
    setting = _Setting()
    with pytest.raises(OutOfOrder, match=f"batch {number} was acknowledged"):
        setting.uplink.acknowledge(Ack(batch=number, stored=1, repeated=0, total=1))


def test_counts_as_stored_what_the_server_has_in_all() -> None:
    setting = _Setting(acks=False)
    setting.results.put(result_chunk(0, 3))
    setting.results.close()
    setting.uplink.run()
    setting.uplink.acknowledge(Ack(batch=0, stored=1, repeated=2, total=3))
    assert setting.uplink.stored == 3


def test_sends_the_same_again_in_order_over_another_connection() -> None:
    setting = _Setting(acks=False)
    for first in range(0, 3 * MAX_BATCH, MAX_BATCH):
        setting.results.put(result_chunk(first, MAX_BATCH))
    setting.results.close()
    setting.uplink.run()
    before = list(setting.messages)
    setting.acknowledge(1)
    setting.uplink.hold()
    setting.messages.clear()
    setting.uplink.resend()
    assert setting.messages == [before[0], before[2]]
    setting.acknowledge(0)
    setting.acknowledge(2)
    assert setting.uplink.complete


def test_sends_nothing_while_it_is_held_and_waits_with_as_much_as_it_may() -> None:
    setting = _Setting(acks=False)
    setting.uplink.hold()
    for first in range(0, (MAX_UNACKED + 1) * MAX_BATCH, MAX_BATCH):
        setting.results.put(result_chunk(first, MAX_BATCH))
    setting.results.close()
    thread = _start(setting)
    _wait_for(lambda: len(setting.recording) >= MAX_UNACKED * MAX_BATCH)
    assert not setting.messages
    assert setting.uplink.oldest_unacked_s() == 0
    _wait_for(lambda: _resent(setting) == MAX_UNACKED)
    setting.acknowledge(0)
    thread.join(WAIT_S)
    assert len(setting.batches) == MAX_UNACKED + 1


def _resent(setting: _Setting) -> int:
    setting.uplink.resend()
    setting.uplink.hold()
    count = len(setting.batches)
    setting.uplink.resend()
    return count


def _wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_goes_on_recording_where_sending_fails() -> None:
    setting = _Setting()
    setting.broken = True
    setting.results.put(result_chunk(0, 3))
    setting.results.close()
    setting.uplink.run()
    assert not setting.uplink.complete
    assert len(setting.recording) == 3
    setting.broken = False
    setting.uplink.hold()
    setting.uplink.resend()
    assert setting.uplink.complete


def test_waits_again_where_sending_again_fails_too() -> None:
    setting = _Setting(acks=False)
    setting.results.put(result_chunk(0, 3))
    setting.results.close()
    setting.uplink.run()
    setting.broken = True
    setting.uplink.hold()
    setting.uplink.resend()
    assert setting.uplink.oldest_unacked_s() == 0
    setting.broken = False
    setting.uplink.resend()
    assert len(setting.messages) == 2
    assert setting.messages[0] == setting.messages[1]


def test_sends_nothing_of_what_the_server_has_from_before() -> None:
    past = result_chunk(0, 5)
    recording = Recording(3, sample_seed=0)
    recording.add(PredictionBatch(past.sequences, past.probabilities, past.latencies_ms))
    setting = _Setting(acks=False, recording=recording)
    assert setting.uplink.stored == 5
    setting.results.put(result_chunk(5, 2))
    setting.results.close()
    setting.uplink.run()
    assert setting.batches == [[5, 6]]
    assert len(setting.recording) == 7


def test_cuts_and_joins_results_into_full_batches() -> None:
    setting = _Setting()
    whole = result_chunk(0, 2 * MAX_BATCH + 10)
    for first, last in ((0, MAX_BATCH - 1), (MAX_BATCH - 1, 2 * MAX_BATCH + 10)):
        setting.results.put(whole[first:last])
    setting.results.close()
    setting.uplink.run()
    assert [len(batch) for batch in setting.batches] == [MAX_BATCH, MAX_BATCH, 10]
    sent = [decode_predictions(message)[1] for message in setting.messages]
    for name in ("sequences", "probabilities", "latencies_ms"):
        came = np.concatenate([getattr(batch, name) for batch in sent])
        np.testing.assert_array_equal(came, getattr(whole, name))
