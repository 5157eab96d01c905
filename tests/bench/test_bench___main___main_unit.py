"""Which parts are measured, and what is written down of them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench import __main__ as command
from bench.figures import Scale, Section
from tests.bench.sections import SECTION


@pytest.fixture(name="measured", autouse=True)
def parts_that_measure_nothing(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[str, Scale]]:
    """What was asked for; `broken` fails."""
    asked: list[tuple[str, Scale]] = []

    def measure(name: str, scale: Scale) -> Section:
        asked.append((name, scale))
        if name == "broken":
            raise OSError("no such machine")
        return replace(SECTION, title=f"{name} {len(asked)}")

    settings.VAR_DIR = tmp_path
    # It is set up, and doing so again would take caplog's handler away.
    monkeypatch.setattr("django.setup", lambda: None)
    monkeypatch.setattr(command, "PARTS", ("one", "broken", "two"))
    monkeypatch.setattr(command, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(command, "measure_part", measure)
    return asked


def _titles(path: Path) -> dict[str, str]:
    parts = json.loads(path.read_text(encoding="utf-8"))["parts"]
    return {name: part["title"] for name, part in parts.items()}


def test_measures_a_part_with_the_rounds_asked_for(
    tmp_path: Path, measured: list[tuple[str, Scale]]
) -> None:
    assert command.main(["two", "--rounds=3"]) == 0
    assert measured == [("two", Scale(rounds=3))]
    assert _titles(tmp_path / "bench.json") == {"two": "two 1"}
    assert "## two 1" in (tmp_path / "page.md").read_text(encoding="utf-8")


def test_goes_on_after_a_part_that_fails(
    tmp_path: Path, measured: list[tuple[str, Scale]], caplog: pytest.LogCaptureFixture
) -> None:
    assert command.main([]) == 1
    assert [name for name, _ in measured] == ["one", "broken", "two"]
    assert _titles(tmp_path / "bench.json") == {"one": "one 1", "two": "two 3"}
    assert "no such machine" in caplog.text and "failed: broken" in caplog.text


def test_keeps_the_other_parts_last_figures(tmp_path: Path) -> None:
    command.main(["two"])
    command.main(["one", "two"])
    command.main(["one"])
    # In the order of the page, whichever was measured last.
    assert list(_titles(tmp_path / "bench.json").items()) == [("one", "one 4"), ("two", "two 3")]


def test_writes_a_smoke_test_elsewhere(tmp_path: Path, measured: list[tuple[str, Scale]]) -> None:
    assert command.main(["--quick", "one"]) == 0
    assert measured == [("one", Scale(rounds=1, is_quick=True))]
    assert {path.name for path in tmp_path.iterdir()} == {"bench-quick.json", "bench-quick.md"}


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["three"], "no part is called 'three'; there are one, broken, two, inference"),
        (["--rounds=0"], "expected 1 or more, got '0'"),
    ],
)
def test_refuses_what_there_is_not(
    capsys: pytest.CaptureFixture[str],
    measured: list[tuple[str, Scale]],
    arguments: list[str],
    problem: str,
) -> None:
    with pytest.raises(SystemExit):
        command.main(arguments)
    assert problem in capsys.readouterr().err
    assert not measured
