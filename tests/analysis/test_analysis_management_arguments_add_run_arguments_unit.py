"""analysis.management.arguments: what is taken, and why the rest is not."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management.base import CommandParser

from analysis.addresses import ServerAddress
from analysis.connection import Limits
from analysis.management.arguments import (
    add_run_arguments,
    rate,
    seconds,
    server_address,
    session_id,
    whole,
)


def _parsed(*arguments: str) -> dict[str, Any]:
    parser = CommandParser()
    add_run_arguments(parser)
    return vars(parser.parse_args(arguments))


def test_everything_may_be_left_out() -> None:
    given = _parsed()
    assert given.pop("reconnect_for") == Limits().reconnect_s
    assert set(given.values()) == {None}


def test_takes_what_is_given() -> None:
    given = _parsed("--server=ws://127.0.0.1:1", "--json=report.json", "--batch=8", "--queue=9")
    assert given["server"] == ServerAddress("ws", "127.0.0.1", 1)
    assert (given["json"], given["batch"], given["queue"]) == (Path("report.json"), 8, 9)


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        pytest.param(whole(1, 5), "5", 5, id="whole"),
        pytest.param(rate, "0.5", 0.5, id="rate"),
        pytest.param(seconds, "604800", 604800.0, id="seconds"),
        pytest.param(session_id, "12345678123456781234567812345678", UUID("12345678" * 4), id="id"),
    ],
)
def test_reads_what_is_in_range(read: Callable[[str], Any], text: str, value: Any) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text", "reason"),
    [
        pytest.param(whole(1, 5), "6", "an integer from 1 to 5, got '6'", id="too large"),
        pytest.param(whole(1, 5), "many", "an integer from 1 to 5, got 'many'", id="no number"),
        pytest.param(rate, "nan", "frames a second from 0 to 1000000, got 'nan'", id="NaN"),
        pytest.param(seconds, "-1", "seconds from 0 to 604800, got '-1'", id="negative"),
        pytest.param(session_id, "latest", "a session's UUID, got 'latest'", id="no id"),
        pytest.param(server_address, "host", "got 'host'", id="no address"),
    ],
)
def test_says_what_it_expected(read: Callable[[str], Any], text: str, reason: str) -> None:
    with pytest.raises(ArgumentTypeError) as caught:
        read(text)
    assert reason in str(caught.value)
