"""streaming.bookkeeping.store_predictions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from results import services
from results.errors import UnsentSequence
from results.models import Prediction
from streaming.bookkeeping import HeldSession, open_session, store_predictions
from streaming.context import StreamContext
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
    held = open_session(context, asked(offset=4))
    services.attach_frames(session_uuid=held.uuid)
    services.start_session(session_uuid=held.uuid)
    return held


def test_labels_what_it_stores(context: StreamContext, held: HeldSession) -> None:
    services.record_sent(session_uuid=held.uuid, sent=10)
    assert store_predictions(context, held, make_batch(3, start=2)).stored == 3
    labels = Prediction.objects.order_by("sequence").values_list("sequence", "label")
    assert list(labels) == [(2, 6), (3, 7), (4, 8)]


def test_takes_this_process_s_count_of_what_was_sent(
    context: StreamContext, held: HeldSession
) -> None:
    flow = FrameFlow(announced=10, fps=0, frame_bytes=784)
    flow.sent = 3
    context.flows[held.uuid] = flow
    assert store_predictions(context, held, make_batch(3)).total == 3
    with pytest.raises(UnsentSequence):
        store_predictions(context, held, make_batch(1, start=3))


def test_refuses_frames_beyond_the_session(context: StreamContext, held: HeldSession) -> None:
    with pytest.raises(UnsentSequence):
        store_predictions(context, held, make_batch(1, start=10))
