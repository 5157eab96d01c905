"""analysis.management.running.run_command: how a command ends."""

import signal
import threading
from typing import Any

import pytest
from django.core.management import CommandError

from analysis.errors import SessionFailed
from analysis.management.running import run_command
from analysis.signals import StopSignals
from streaming.errors import DatasetError

OPTIONS: dict[str, Any] = {"count": 3}


def test_runs_with_its_options() -> None:
    given: list[Any] = []
    run_command(lambda options, signals: given.append(options), OPTIONS)
    assert given == [OPTIONS]


@pytest.mark.parametrize("error", [SessionFailed("no such luck"), DatasetError("no such luck")])
def test_says_what_went_wrong(error: Exception) -> None:
    def fail(_options: dict[str, Any], _signals: StopSignals) -> None:
        raise error

    with pytest.raises(CommandError, match="no such luck"):
        run_command(fail, OPTIONS)


@pytest.mark.parametrize(
    ("number", "exit_code"),
    [pytest.param(signal.SIGINT, 130, id="Ctrl-C"), pytest.param(signal.SIGTERM, 143, id="TERM")],
)
@pytest.mark.parametrize("times", [1, 2])
def test_ends_with_the_code_of_the_first_signal(
    number: signal.Signals, exit_code: int, times: int
) -> None:
    main = threading.main_thread().ident
    assert main is not None

    def be_told(_options: dict[str, Any], _signals: StopSignals) -> None:
        for _ in range(times):
            signal.pthread_kill(main, number)

    with pytest.raises(SystemExit) as caught:
        run_command(be_told, OPTIONS)
    assert caught.value.code == exit_code
