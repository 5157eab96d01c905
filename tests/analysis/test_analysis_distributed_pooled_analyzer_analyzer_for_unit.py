"""analysis.distributed.pooled_analyzer.analyzer_for."""

from analysis.analyzer import Analyzer
from analysis.chunks import FrameChunk, ResultChunk
from analysis.classifiers.interface import ImageClassifier
from analysis.distributed.pooled_analyzer import PooledAnalyzer, analyzer_for
from analysis.distributed.worker_pool import WorkerPool
from analysis.queues import BoundedQueue
from tests.analysis.crews import FakeCrew
from tests.analysis.live_fakes import FakeClassifier
from tests.analysis.tiny_models import tiny_card


def _kind(classifier: ImageClassifier) -> type[Analyzer]:
    frames: BoundedQueue[FrameChunk] = BoundedQueue(1)
    results: BoundedQueue[ResultChunk] = BoundedQueue(1)
    return type(
        analyzer_for(classifier, frames, results, batch_limit=1, on_taken=lambda sequence: None)
    )


def test_suits_the_classifier() -> None:
    assert _kind(FakeClassifier()) is Analyzer
    with WorkerPool(tiny_card(), FakeCrew, workers=1) as pool:
        assert _kind(pool) is PooledAnalyzer
