"""Sessions that are asked for in the browser or over REST."""

import math
from typing import Any

import pytest

from results.errors import InvalidRequest, NoDataset, NoWorker
from results.lifecycle import SessionState
from results.models import Session
from results.services import request_session, worker_connected, worker_disconnected
from tests.results.conftest import make_classifier, make_dataset, make_session

pytestmark = pytest.mark.django_db


def _requested(**fields: Any) -> Session:
    given = {"classifier_name": "cnn", "announced": 100, "fps": 10.0, "offset": 0, **fields}
    return request_session(**given)


def _offer(*names: str) -> None:
    worker_connected(client="worker", classifiers=[make_classifier(name=name) for name in names])


def test_waits_for_a_worker_with_the_current_dataset() -> None:
    make_dataset()
    dataset = make_dataset()
    _offer("cnn")
    session = _requested()
    assert session.state == "requested"
    assert session.dataset == dataset
    assert session.classifier.name == "cnn"
    assert session.worker is None


def test_takes_a_dataset_that_was_served_before() -> None:
    earlier = make_dataset(count=50)
    make_dataset()
    _offer("cnn")
    session = _requested(dataset=earlier, announced=None)
    assert (session.dataset, session.announced) == (earlier, 50)


def test_a_repetition_has_its_dataset_already() -> None:
    first = make_session(SessionState.COMPLETED)
    _offer("cnn")
    with pytest.raises(InvalidRequest, match="^count, offset and dataset are those of the"):
        _requested(announced=None, repeats=first, dataset=make_dataset())


def test_without_a_count_all_from_the_offset_on_are_asked_for() -> None:
    make_dataset(count=50)
    _offer("cnn")
    assert _requested(announced=None, offset=20).announced == 30


def test_takes_the_newest_of_a_name_that_is_offered() -> None:
    make_dataset()
    _offer("cnn")
    _offer("cnn")
    make_classifier(name="cnn")  # nobody offers this one
    newest = list(_requested().classifier.workers.order_by("-connected_at"))
    assert newest[0].sessions.count() == 0
    assert _requested().classifier.pk == max(worker.classifiers.get().pk for worker in newest)


def test_needs_a_dataset() -> None:
    _offer("cnn")
    with pytest.raises(NoDataset, match="runstream"):
        _requested()


def test_needs_a_worker_and_names_what_is_offered() -> None:
    make_dataset()
    _offer("b", "a")
    with pytest.raises(NoWorker, match="'cnn'; offered is a, b$"):
        _requested()


def test_a_worker_that_left_offers_nothing() -> None:
    make_dataset()
    worker = worker_connected(client="worker", classifiers=[make_classifier(name="cnn")])
    worker_disconnected(worker_uuid=worker.uuid)
    with pytest.raises(NoWorker, match="offered is nothing"):
        _requested()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"announced": 0}, "count must be from 1 to 1000", id="none"),
        pytest.param({"announced": -5}, "got -5", id="negative-count"),
        pytest.param({"announced": 1001}, "count must be from 1 to 1000", id="too-many"),
        pytest.param({"announced": 2**70}, "count must be", id="huge"),
        pytest.param({"announced": 101, "offset": 900}, "from 1 to 100,", id="beyond-the-end"),
        pytest.param({"offset": 1000}, "offset must be from 0 to 999", id="offset-outside"),
        pytest.param({"offset": -1}, "offset must be", id="negative-offset"),
        pytest.param({"fps": -0.1}, "fps must be", id="negative-rate"),
        pytest.param({"fps": math.nan}, "fps must be .* got nan", id="nan"),
        pytest.param({"fps": math.inf}, "fps must be", id="infinite"),
    ],
)
def test_refuses_values_out_of_range(fields: dict[str, Any], message: str) -> None:
    make_dataset()
    _offer("cnn")
    with pytest.raises(InvalidRequest, match=message):
        _requested(**fields)


@pytest.mark.parametrize("offset", [-1, 1000, 5000])
def test_without_a_count_an_offset_out_of_range_is_refused(offset: int) -> None:
    make_dataset()
    with pytest.raises(InvalidRequest, match="offset must be"):
        _requested(announced=None, offset=offset)


def test_streams_the_frames_of_a_session_again() -> None:
    old = make_dataset(count=500)
    original = make_session(SessionState.STOPPED, dataset=old, announced=90, sent=40, offset=7)
    make_dataset()  # what is served now is of no concern
    _offer("cnn")
    session = _requested(announced=None, repeats=original, fps=0)
    assert (session.repeats, session.dataset) == (original, old)
    assert (session.announced, session.offset, session.fps) == (40, 7, 0)


@pytest.mark.parametrize(
    "frames",
    [
        pytest.param({"announced": 5, "offset": 0}, id="a count"),
        pytest.param({"announced": None, "offset": 5}, id="an offset"),
    ],
)
def test_frames_are_not_named_twice(frames: dict[str, Any]) -> None:
    _offer("cnn")
    original = make_session(SessionState.COMPLETED)
    with pytest.raises(InvalidRequest, match="those of the session that is repeated"):
        _requested(**frames, repeats=original)
