"""streaming.bookkeeping.prepare_session."""

from pathlib import Path

import pytest

from results.models import Classifier, Session
from streaming.bookkeeping import prepare_session
from streaming.errors import InvalidField
from tests.streaming.contexts import asked, serving_context

pytestmark = pytest.mark.django_db


def test_finds_what_a_session_needs_and_makes_none(tmp_path: Path) -> None:
    with serving_context(tmp_path) as context:
        prepared = prepare_session(context, asked(offset=4), may_repeat=lambda owner: False)
    assert (prepared.frames.offset, prepared.frames.announced, prepared.fps) == (4, 10, 12.5)
    assert prepared.dataset.sha256 == context.dataset.sha256
    assert Classifier.objects.get() == prepared.classifier
    assert not Session.objects.exists()


def test_refuses_frames_that_are_not_there(tmp_path: Path) -> None:
    with serving_context(tmp_path) as context, pytest.raises(InvalidField):
        prepare_session(context, asked(offset=25), may_repeat=lambda owner: False)
