"""results.pages.profile.profile_page."""

import pytest

from results.lifecycle import SessionState
from results.models import Session
from results.pages.profile import profile_page
from results.services.retention import prune_session
from tests.results.conftest import (
    make_baseline,
    make_batch,
    make_classifier,
    make_predictions,
    make_session,
)

pytestmark = pytest.mark.django_db


def _session(state: SessionState, count: int = 100, *, labelled: bool = True) -> Session:
    session = make_session(state, classifier=make_classifier(card={"baseline": make_baseline()}))
    if count:
        make_predictions(session, make_batch(count), [1 if labelled else None] * count)
    return session


def test_a_running_session_shows_its_drift_alone() -> None:
    page = profile_page(_session(SessionState.RUNNING))
    assert page.drift is not None and page.drift.drift is not None
    assert (page.threshold, page.calibration, page.latency) == (None, None, None)


def test_before_the_first_frame_it_has_the_baseline() -> None:
    page = profile_page(_session(SessionState.OPENED, 0))
    assert page.drift is not None
    assert page.drift.baseline is not None and page.drift.drift is None


def test_one_that_is_over_shows_all_four() -> None:
    page = profile_page(_session(SessionState.COMPLETED))
    assert page.drift is not None and page.drift.drift is not None
    assert page.drift.drift.frames == 100
    assert page.threshold is not None and page.threshold.shown.threshold == 0.8
    assert len(page.threshold.kept.split()) == 101
    assert page.calibration is not None and page.calibration.calibration.labelled == 100
    assert page.latency is not None and not page.latency.is_sampled
    assert page.latency.slowest.p95_ms == max(one.p95_ms for one in page.latency.slices)


def test_without_labels_there_is_no_calibration() -> None:
    page = profile_page(_session(SessionState.COMPLETED, labelled=False))
    assert page.calibration is None
    assert page.threshold is not None and page.threshold.curve.precision == ""


@pytest.mark.parametrize(
    ("saved", "wanted", "shown"),
    [
        pytest.param(None, None, 0.8, id="neither"),
        pytest.param(0.6, None, 0.6, id="saved"),
        pytest.param(0.6, 0.3, 0.3, id="asked for"),
        pytest.param(0.0, None, 0.0, id="saved as zero"),
    ],
)
def test_shows_the_threshold_that_is_wanted(
    saved: float | None, wanted: float | None, shown: float
) -> None:
    session = _session(SessionState.COMPLETED)
    session.threshold = saved
    part = profile_page(session, threshold=wanted).threshold
    assert part is not None
    assert part.shown.threshold == shown
    assert (None if part.saved is None else part.saved.threshold) == saved


def test_nothing_is_drawn_of_no_frames_or_of_deleted_ones() -> None:
    empty = profile_page(_session(SessionState.STOPPED, 0))
    session = _session(SessionState.COMPLETED)
    prune_session(session_uuid=session.uuid, keep_report=True)
    session.refresh_from_db()
    for page in (empty, profile_page(session)):
        assert (page.drift, page.threshold, page.latency) == (None, None, None)
