"""What is kept of a session."""

import pytest

from analysis.addresses import parse_address
from analysis.errors import CannotResume
from analysis.options import AnalysisOptions
from tests.analysis.kept import a_kept_session
from tests.analysis.live_fakes import CLIENT, SESSION, FakeClassifier


def test_gives_back_how_the_session_was_run() -> None:
    options = AnalysisOptions(
        overload="drop-oldest",
        batch_limit=3,
        queue_frames=4,
        queue_results=5,
        sample_seed=6,
        frames_address=parse_address("ws://127.0.0.1:6001"),
        client=CLIENT,
    )
    kept = a_kept_session(options=options)
    assert kept.options(CLIENT) == options
    assert kept.address == parse_address("ws://127.0.0.1:7000")


def test_takes_frames_from_the_server_where_nothing_else_was_said() -> None:
    assert a_kept_session().options(CLIENT).frames_address is None


def test_takes_the_classifier_that_it_was_opened_with() -> None:
    classifier = FakeClassifier()
    a_kept_session(classifier_sha256=classifier.sha256).check_classifier(classifier)


def test_refuses_another_classifier() -> None:
    with pytest.raises(CannotResume, match=f"session {SESSION} was opened with weights bbbb"):
        a_kept_session(classifier_sha256="b" * 64).check_classifier(FakeClassifier())


def test_shows_no_secret() -> None:
    kept = a_kept_session(secret="hush")
    assert str(kept) == repr(kept) == f"<kept session {SESSION} of ws://127.0.0.1:7000>"
    assert "hush" not in f"{[kept]} {kept!s}"


def test_follows_a_server_that_moved() -> None:
    kept = a_kept_session()
    assert kept.moved(None, None) == kept
    server, frames = parse_address("wss://example:443"), parse_address("wss://frames:444")
    moved = kept.moved(server, frames)
    assert moved.address == server
    assert moved.options(CLIENT).frames_address == frames
    assert moved.opened == kept.opened
