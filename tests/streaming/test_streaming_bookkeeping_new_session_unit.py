"""streaming.bookkeeping.new_session."""

import dataclasses
from pathlib import Path

import pytest

from streaming.bookkeeping import open_session
from tests.streaming.contexts import asked, serving_context

pytestmark = pytest.mark.django_db


def test_has_a_secret_that_only_the_client_is_told(tmp_path: Path) -> None:
    with serving_context(tmp_path) as context:
        new = open_session(context, asked())
    assert new.held.session.secret_hash == new.secret.sha256
    told = {field.name for field in dataclasses.fields(new.held)}
    assert told == {"session", "dataset"}
