"""What is said on a session socket, over one connection and over many."""

from analysis.agenda import Agenda

LIMIT_S = 30.0


class _Setting:
    """An agenda with a clock that a test turns."""

    def __init__(self) -> None:
        self.now = 0.0
        self.agenda = Agenda(LIMIT_S, clock=lambda: self.now)

    def started(self) -> Agenda:
        """It, once both sides were ready."""
        assert self.agenda.take(frames=True) == ["ready"]
        assert self.agenda.heard_ready()
        return self.agenda


def test_is_ready_once_the_frames_are_attached() -> None:
    agenda = _Setting().agenda
    assert not agenda.take(frames=False)
    started = [agenda.started]
    assert agenda.take(frames=True) == ["ready"]
    started.append(agenda.started)
    assert agenda.heard_ready()
    started.append(agenda.started)
    assert started == [False, False, True]
    assert not agenda.heard_ready()
    assert not agenda.take(frames=True)


def test_asks_once_to_stop_whether_frames_are_attached_or_not() -> None:
    agenda = _Setting().started()
    agenda.stop()
    agenda.stop()
    assert agenda.take(frames=False) == ["stop"]
    assert not agenda.take(frames=True)


def test_asks_to_stop_only_after_it_was_ready() -> None:
    agenda = _Setting().agenda
    agenda.stop()
    assert not agenda.take(frames=False)
    assert agenda.take(frames=True) == ["ready", "stop"]


def test_sends_again_what_is_not_acknowledged() -> None:
    agenda = _Setting().started()
    agenda.resume("running", forgetful=False)
    assert agenda.started
    assert agenda.take(frames=False) == ["resend"]


def test_waits_for_the_frames_where_the_server_has_forgotten_how_many_it_sent() -> None:
    agenda = _Setting().started()
    agenda.resume("running", forgetful=True)
    assert not agenda.take(frames=False)
    assert agenda.take(frames=True) == ["resend"]


def test_is_ready_again_where_the_session_has_not_started() -> None:
    agenda = _Setting().agenda
    agenda.take(frames=True)
    agenda.resume("opened", forgetful=False)
    assert not agenda.take(frames=False)
    assert agenda.take(frames=True) == ["ready", "resend"]


def test_takes_a_session_that_runs_for_started_though_nobody_said_so() -> None:
    agenda = _Setting().agenda
    agenda.take(frames=True)
    agenda.resume("running", forgetful=False)
    assert agenda.started


def test_asks_again_to_stop() -> None:
    agenda = _Setting().started()
    agenda.stop()
    agenda.take(frames=True)
    agenda.resume("running", forgetful=False)
    assert agenda.take(frames=True) == ["resend", "stop"]


def test_knows_what_it_has_waited_for_too_long_and_begins_anew() -> None:
    setting = _Setting()
    agenda = setting.agenda
    agenda.take(frames=True)
    setting.now = LIMIT_S
    assert agenda.overdue(ended=False) is None
    setting.now += 1
    assert agenda.overdue(ended=False) == "ready"
    assert agenda.overdue(ended=False) is None
    agenda.heard_ready()
    agenda.stop()
    agenda.take(frames=True)
    agenda.heard_end()
    setting.now += LIMIT_S + 1
    assert agenda.overdue(ended=True) is None
    assert agenda.overdue(ended=False) == "stop"
    assert agenda.overdue(ended=False) == "end"
    assert agenda.overdue(ended=False) is None


def test_awaits_nothing_of_a_connection_that_is_gone() -> None:
    setting = _Setting()
    agenda = setting.started()
    agenda.stop()
    agenda.take(frames=True)
    agenda.heard_end()
    agenda.resume("running", forgetful=True)
    setting.now += LIMIT_S + 1
    assert agenda.overdue(ended=False) is None
