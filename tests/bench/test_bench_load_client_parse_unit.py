"""bench.load_client.parse."""

import pytest

from bench.load_client import STARTS_PER_SECOND, parse

_URL = "--url=ws://127.0.0.1:7000"


def test_sessions_start_at_a_bounded_rate_unless_another_time_is_given() -> None:
    assert parse([_URL, "--sessions=1000"]).start_within == 1000 / STARTS_PER_SECOND
    assert parse([_URL, "--sessions=1000", "--start-within=0"]).start_within == 0


@pytest.mark.parametrize("option", ["--sessions=0", "--frames=0", "--fps=0", "--progress-every=0"])
def test_refuses_what_is_not_more_than_nothing(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parse([_URL, option])
    assert f"{option.partition('=')[0]} must be more than 0" in capsys.readouterr().err
