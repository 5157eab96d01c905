"""analysis.credentials.read_token."""

import logging
from pathlib import Path

import pytest

from analysis.credentials import read_token
from analysis.errors import InvalidToken

TOKEN = "fst_" + "aB3-_" * 8


def test_takes_the_environments_before_the_files(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("fst_other", "ascii")
    assert read_token(TOKEN, file) == TOKEN


def test_reads_a_file_without_its_last_line_end(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "token"
    file.touch(0o600)
    file.write_text(f"{TOKEN}\n", "ascii")
    assert read_token("", file) == TOKEN
    assert not caplog.records


def test_has_none_where_none_was_given() -> None:
    assert read_token("", None) == read_token(" ", None) == ""


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_warns_of_a_file_that_others_can_read(
    tmp_path: Path, mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN, "ascii")
    file.chmod(mode)
    with caplog.at_level(logging.DEBUG):
        assert read_token("", file) == TOKEN
    assert f"others may read the token in {file}" in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(f"{TOKEN}\r\nX-Other: header", id="two lines"),
        pytest.param(f"{TOKEN} and more", id="words"),
        pytest.param("é" * 47, id="not ASCII"),
        pytest.param("a" * 100_000, id="a large file"),
    ],
)
def test_refuses_what_is_no_token_without_repeating_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "token"
    file.touch(0o600)
    file.write_text(text, "utf-8")
    with pytest.raises(InvalidToken, match=r"token, must hold a token and nothing else") as refused:
        read_token("", file)
    assert TOKEN not in str(refused.value)
    if text:
        with pytest.raises(InvalidToken, match="FASHIONSITE_TOKEN must hold a token"):
            read_token(text, None)


def test_says_which_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidToken, match="missing: No such file"):
        read_token("", tmp_path / "missing")
