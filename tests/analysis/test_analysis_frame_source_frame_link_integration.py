"""The frames of a session over one socket after the other, against a server that errs."""

import contextlib
import threading
import time
from collections.abc import Iterator

import pytest

from analysis.connection import Limits, SessionConnection
from analysis.errors import (
    ServerRefused,
    ServerUnreachable,
    SessionFailed,
    SessionInterrupted,
)
from analysis.frame_source import FrameLink
from analysis.identity import classifier_info
from streaming.frames import decode_frames
from streaming.messages import Ended, Open, Opened, Ready
from tests.analysis.fake_server import FakeServer
from tests.analysis.live_fakes import CLIENT, LIMITS, WAIT_S
from tests.analysis.tiny_models import tiny_card


@contextlib.contextmanager
def _link(
    server: FakeServer, *, limits: Limits = LIMITS, secret: str = "secret"
) -> Iterator[FrameLink]:
    """A link to a session that has started."""
    with server.running(), SessionConnection(server.address, limits=LIMITS) as session:
        session.request(Open(classifier=classifier_info(tiny_card()), client=CLIENT), Opened)
        session.request(Ready(), Ready)
        link = FrameLink(server.address, server.opened(secret=secret), limits=limits)
        try:
            yield link
        finally:
            link.abort()
            link.close()


def _sequence(message: bytes | Ended) -> int:
    assert isinstance(message, bytes)
    return decode_frames(message).first_sequence


def test_is_not_attached_before_it_connects() -> None:
    link = FrameLink(FakeServer().address, FakeServer().opened())
    assert not link.attached
    assert not link.trusted
    with pytest.raises(ServerUnreachable, match="not attached"):
        link.receive(WAIT_S)
    link.grant(5)
    link.give_up("nothing there")
    link.abort()
    link.close()


def test_grants_again_what_was_granted_and_goes_on_where_it_broke() -> None:
    server = FakeServer(12, batch=4)
    server.break_frames_at = [4]
    with _link(server) as link:
        link.grant(12)
        assert link.renew(None, 0) == 0
        attached = [link.attached]
        assert _sequence(link.receive(WAIT_S)) == 0
        with pytest.raises(ServerUnreachable) as broken:
            link.receive(WAIT_S)
        attached.append(link.attached)
        assert link.renew(broken.value, 4) == 4
        assert [_sequence(link.receive(WAIT_S)) for _ in range(2)] == [4, 8]
        assert isinstance(link.receive(WAIT_S), Ended)
    assert server.attached == [0, 4]
    assert attached == [True, False]


def test_gives_up_after_its_limit() -> None:
    server = FakeServer()
    with _link(server, limits=Limits(reconnect_s=0)) as link:
        with pytest.raises(SessionInterrupted, match="frames socket: broken"):
            link.renew(ServerUnreachable("broken"), 0)


def test_takes_a_refusal_for_final() -> None:
    with _link(FakeServer(), secret="guessed") as link:
        with pytest.raises(ServerRefused, match="wrong-secret"):
            link.renew(None, 0)


def test_ends_its_wait_where_it_is_aborted() -> None:
    ended: list[SessionFailed] = []
    with _link(FakeServer(), limits=Limits(reconnect_s=1000, retry_s=1000)) as link:

        def renew() -> None:
            try:
                link.renew(ServerUnreachable("broken"), 0)
            except SessionFailed as error:
                ended.append(error)

        thread = threading.Thread(target=renew)
        thread.start()
        link.abort()
        thread.join(WAIT_S)
    assert [str(error) for error in ended] == ["the session is over on this side"]


@pytest.mark.parametrize("end_wait", ["nudge", "hurry"])
def test_tries_at_once_where_there_is_reason_to(end_wait: str) -> None:
    with _link(FakeServer(), limits=Limits(reconnect_s=1000, retry_s=1000)) as link:
        thread = threading.Thread(target=link.renew, args=(ServerUnreachable("broken"), 0))
        thread.start()
        if end_wait == "nudge":
            link.nudge()
        else:
            link.hurry(WAIT_S)
        thread.join(WAIT_S)
        assert link.attached


def test_trusts_a_connection_that_answers() -> None:
    with _link(FakeServer()) as link:
        link.renew(None, 0)
        link.ask_for_sign(WAIT_S)
        deadline = time.monotonic() + WAIT_S
        while not link.trusted:
            assert time.monotonic() < deadline
            time.sleep(0.005)


def test_gives_a_connection_up_that_does_not_answer() -> None:
    with _link(FakeServer()) as link:
        link.renew(None, 0)
        # No server answers before it is asked.
        link.ask_for_sign(-1)
        if not link.trusted:
            with pytest.raises(ServerUnreachable, match="no sign of life from the server"):
                link.receive(WAIT_S)
        link.renew(None, 0)
        assert link.trusted


def test_says_why_a_connection_was_given_up() -> None:
    with _link(FakeServer()) as link:
        link.renew(None, 0)
        link.give_up("it took too long")
        with pytest.raises(ServerUnreachable, match="it took too long"):
            link.receive(WAIT_S)


def test_fetches_one_frame_again_over_whatever_breaks() -> None:
    server = FakeServer(20)
    server.break_frames_at = [3]
    with _link(server) as link:
        message = link.fetch(7)
    assert (message.first_sequence, len(message)) == (7, 1)
    assert message.images[0, 0, 0] == 7
    assert server.attached == [7, 7]


def test_says_that_a_frame_does_not_come_again() -> None:
    with _link(FakeServer(20)) as link:
        with pytest.raises(SessionFailed, match="frame 20 was not sent again: complete"):
            link.fetch(20)


def test_tries_again_where_a_frame_does_not_come() -> None:
    server = FakeServer(20)
    server.pause_at = 7
    with _link(server, limits=Limits(stall_s=0.1, reconnect_s=WAIT_S, retry_s=0.02)) as link:
        timer = threading.Timer(0.2, server.resume.set)
        timer.start()
        assert link.fetch(7).first_sequence == 7
        timer.join()
    assert len(server.attached) > 1
