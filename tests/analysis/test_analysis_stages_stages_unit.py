"""The three threads of a session, from a source that a test fills."""

import threading
import time

import pytest

from analysis.options import AnalysisOptions
from analysis.stages import RunCounts, Stages
from streaming.errors import MalformedFrames
from streaming.messages import Ack, Ended
from streaming.predictions import decode_predictions
from tests.analysis.live_fakes import (
    WAIT_S,
    FakeClassifier,
    FakeSource,
    a_session,
    message,
    the_end,
)


class _Setting:
    """Stages whose predictions are acknowledged at once."""

    def __init__(
        self,
        *items: bytes | Ended,
        count: int = 10,
        classifier: FakeClassifier | None = None,
        options: AnalysisOptions = AnalysisOptions(),
    ) -> None:
        self.source = FakeSource(items)
        self.stored = 0
        self.acked = threading.Event()
        self.stages = Stages(
            self.source,
            a_session(count),
            classifier or FakeClassifier(),
            options=options,
            send=self._send,
            stall_s=WAIT_S,
        )

    def _send(self, data: bytes) -> None:
        number, batch = decode_predictions(data)
        self.stored += len(batch)
        ack = Ack(batch=number, stored=len(batch), repeated=0, total=self.stored)
        self.stages.uplink.acknowledge(ack)

    def wait_for(self, what: str) -> None:
        """Until the stages are complete, or have failed."""
        deadline = time.monotonic() + WAIT_S
        while not getattr(self.stages, what):
            assert time.monotonic() < deadline, f"not {what}: {self.stages.failure}"
            time.sleep(0.001)


@pytest.fixture(name="whole")
def fixture_whole() -> _Setting:
    """A stream of ten frames."""
    return _Setting(message(0, 4), message(4, 6), the_end(10))


def test_carries_every_frame_from_the_source_to_the_server(whole: _Setting) -> None:
    whole.stages.start()
    whole.wait_for("complete")
    whole.stages.end(WAIT_S)
    assert whole.stages.counts == RunCounts(announced=10, received=10, analysed=10, stored=10)
    assert whole.stages.failure is None


def test_grants_no_more_than_its_queue_holds() -> None:
    setting = _Setting(the_end(0), count=1000, options=AnalysisOptions(queue_frames=16))
    setting.stages.start()
    setting.stages.end(WAIT_S)
    assert setting.source.granted == [16]


def test_grants_the_whole_window_where_frames_are_dropped() -> None:
    options = AnalysisOptions(queue_frames=16, overload="drop-oldest")
    setting = _Setting(the_end(0), count=1000, options=options)
    setting.stages.start()
    setting.stages.end(WAIT_S)
    assert setting.source.granted == [64]


def test_grants_more_as_frames_are_taken() -> None:
    setting = _Setting(
        message(0, 8),
        message(8, 8),
        the_end(16),
        count=40,
        options=AnalysisOptions(queue_frames=16),
    )
    setting.stages.start()
    setting.wait_for("complete")
    setting.stages.end(WAIT_S)
    assert setting.source.granted[0] == 16
    assert setting.source.granted[-1] == 32


def test_keeps_the_first_failure_and_who_failed() -> None:
    setting = _Setting(message(0, 2), message(0, 2))
    setting.stages.start()
    setting.wait_for("failure")
    setting.stages.end(WAIT_S)
    assert setting.stages.failure is not None
    name, error = setting.stages.failure
    assert name == "receiver"
    assert isinstance(error, MalformedFrames)
    assert not setting.stages.complete


def test_leaves_a_thread_behind_that_does_not_end(caplog: pytest.LogCaptureFixture) -> None:
    busy, leave = threading.Event(), threading.Event()

    def wait(_images: object) -> None:
        busy.set()
        leave.wait(WAIT_S)

    setting = _Setting(message(0, 2), the_end(2), classifier=FakeClassifier(before=wait))
    setting.stages.start()
    assert busy.wait(WAIT_S)
    setting.stages.end(0.01)
    leave.set()
    assert "the analyzer is still busy and was left behind" in caplog.text


def test_can_be_ended_before_it_started(whole: _Setting) -> None:
    whole.stages.end(WAIT_S)
    assert not whole.stages.complete
