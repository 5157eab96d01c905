"""The analyzer, between two queues that a test fills and empties."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analysis.analyzer import Analyzer
from analysis.chunks import FrameChunk, ResultChunk
from analysis.errors import ClassifierError
from analysis.queues import BoundedQueue
from results.ledger import Loss
from tests.analysis.live_fakes import SENT_AT_NS, FakeClassifier, frame_chunk


class _Setting:
    """An analyzer with its queues."""

    def __init__(
        self,
        *chunks: FrameChunk,
        classifier: FakeClassifier | None = None,
        batch_limit: int = 4,
        capacity: int = 100,
    ) -> None:
        self.classifier = classifier or FakeClassifier()
        self.frames = BoundedQueue[FrameChunk](100)
        self.results = BoundedQueue[ResultChunk](capacity)
        self.taken: list[int] = []
        for chunk in chunks:
            self.frames.put(chunk)
        self.frames.close()
        self.analyzer = Analyzer(
            self.classifier,
            self.frames,
            self.results,
            batch_limit=batch_limit,
            on_taken=self.taken.append,
            clock_ns=lambda: SENT_AT_NS + 5_000_000,
        )


def test_classifies_all_that_is_queued_in_batches_up_to_the_limit() -> None:
    setting = _Setting(frame_chunk(0, 1), frame_chunk(1, 6), frame_chunk(7, 2))
    setting.analyzer.run()
    assert setting.classifier.batches == [4, 4, 1]
    assert setting.taken == [4, 8, 9]
    results = setting.results.take(100)
    sequences = np.concatenate([one.sequences for one in results])
    assert sequences.tolist() == list(range(9))
    assert setting.analyzer.analysed == 9
    assert setting.results.finished


def test_never_waits_to_fill_a_batch() -> None:
    setting = _Setting(frame_chunk(0, 1))
    setting.analyzer.run()
    assert setting.classifier.batches == [1]


def test_keeps_image_and_result_together() -> None:
    setting = _Setting(frame_chunk(5, 2), frame_chunk(9, 1))
    setting.analyzer.run()
    result = setting.results.take(100)[0]
    assert result.sequences.tolist() == [5, 6, 9]
    assert result.images[:, 0, 0].tolist() == [5, 6, 9]
    assert result.probabilities.argmax(axis=1).tolist() == [5 % 3, 6 % 3, 9 % 3]


def test_measures_latency_from_send_time_to_result_frame_by_frame() -> None:
    later = FrameChunk(1, SENT_AT_NS + 4_000_000, frame_chunk(1).images)
    setting = _Setting(frame_chunk(0), later)
    setting.analyzer.run()
    assert setting.results.take(100)[0].latencies_ms.tolist() == [5.0, 1.0]


def test_does_not_copy_a_batch_that_came_in_one_message() -> None:
    chunk = frame_chunk(0, 3)
    setting = _Setting(chunk)
    setting.analyzer.run()
    assert setting.results.take(100)[0].images is chunk.images


def test_rejects_frames_for_which_the_classifier_has_no_number() -> None:
    def spoil(probabilities: Any) -> Any:
        probabilities[1] = np.nan
        return probabilities

    setting = _Setting(frame_chunk(0, 3), classifier=FakeClassifier(change=spoil))
    setting.analyzer.run()
    assert setting.results.take(100)[0].sequences.tolist() == [0, 2]
    assert setting.analyzer.rejected.losses("not-finite") == (Loss("not-finite", ((1, 1),)),)
    assert setting.analyzer.analysed == 2


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda rows: rows[:, :2], id="too few classes"),
        pytest.param(lambda rows: rows[:1], id="too few rows"),
    ],
)
def test_refuses_a_classifier_whose_answer_does_not_fit_its_card(
    change: Callable[[Any], Any],
) -> None:
    setting = _Setting(frame_chunk(0, 3), classifier=FakeClassifier(change=change))
    with pytest.raises(ClassifierError, match=r"must be \(3, 3\), got "):
        setting.analyzer.run()


def test_lets_the_error_of_a_classifier_out() -> None:
    def fail(images: Any) -> None:
        raise ValueError(f"cannot take {len(images)}")

    setting = _Setting(frame_chunk(0, 3), classifier=FakeClassifier(before=fail))
    with pytest.raises(ValueError, match="cannot take 3"):
        setting.analyzer.run()
    assert not setting.results.finished


def test_ends_when_the_results_queue_is_aborted() -> None:
    setting = _Setting(frame_chunk(0, 3), frame_chunk(3, 3))
    setting.results.abort()
    setting.analyzer.run()
    assert setting.classifier.batches == [4]
