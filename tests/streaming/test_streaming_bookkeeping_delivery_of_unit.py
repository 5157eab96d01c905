"""streaming.bookkeeping.delivery_of."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from results import services
from results.batches import PredictionBatch
from results.errors import ConnectionReplaced, ResultsError, UnsentSequence
from results.models import Prediction
from streaming.bookkeeping import HeldSession, delivery_of, open_session
from streaming.context import RunningFlow, StreamContext
from streaming.pacing import FrameFlow
from tests.results.conftest import make_batch
from tests.streaming.contexts import asked, serving_context

pytestmark = pytest.mark.django_db


@pytest.fixture(name="context")
def make_context(tmp_path: Path) -> Iterator[StreamContext]:
    """A server of thirty frames."""
    with serving_context(tmp_path) as context:
        yield context


@pytest.fixture(name="held")
def make_held(context: StreamContext) -> HeldSession:
    """A running session of ten frames from frame 4 on."""
    held = open_session(context, asked(offset=4)).held
    services.attach_frames(session_uuid=held.uuid)
    services.start_session(session_uuid=held.uuid)
    return held


def _store(
    context: StreamContext, held: HeldSession, batch: PredictionBatch
) -> services.StoredBatch:
    (outcome,) = services.store_deliveries([delivery_of(context, held, batch)])
    if isinstance(outcome, ResultsError):
        raise outcome
    return outcome


def test_labels_what_it_stores(context: StreamContext, held: HeldSession) -> None:
    services.record_sent(session_uuid=held.uuid, sent=10)
    assert _store(context, held, make_batch(3, start=2)).stored == 3
    labels = Prediction.objects.order_by("sequence").values_list("sequence", "label")
    assert list(labels) == [(2, 6), (3, 7), (4, 8)]


def test_takes_this_process_s_count_of_what_was_sent(
    context: StreamContext, held: HeldSession
) -> None:
    flow = FrameFlow(announced=10, fps=0, frame_bytes=784, first=3)
    context.flows[held.uuid] = RunningFlow(flow, 1)
    assert _store(context, held, make_batch(3)).total == 3
    with pytest.raises(UnsentSequence):
        _store(context, held, make_batch(1, start=3))


def test_takes_nothing_from_a_socket_that_was_replaced(
    context: StreamContext, held: HeldSession
) -> None:
    services.resume_session(session_uuid=held.uuid)
    with pytest.raises(ConnectionReplaced):
        _store(context, held, make_batch(1))


def test_takes_no_count_of_frames_from_a_socket_that_was_replaced(
    context: StreamContext, held: HeldSession
) -> None:
    services.attach_frames(session_uuid=held.uuid)
    flow = FrameFlow(announced=10, fps=0, frame_bytes=784, first=3)
    context.flows[held.uuid] = RunningFlow(flow, 1)
    with pytest.raises(UnsentSequence):
        _store(context, held, make_batch(1))


def test_refuses_frames_beyond_the_session(context: StreamContext, held: HeldSession) -> None:
    with pytest.raises(UnsentSequence):
        _store(context, held, make_batch(1, start=10))
