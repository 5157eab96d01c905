"""A part is a module of the folder."""

import sys
from types import ModuleType

import pytest

from bench.__main__ import measure_part
from bench.figures import Scale, Section
from tests.bench.sections import SECTION


def test_asks_the_module_of_that_name(monkeypatch: pytest.MonkeyPatch) -> None:
    part = ModuleType("bench.imagined")
    asked: list[Scale] = []

    def measure(scale: Scale) -> Section:
        asked.append(scale)
        return SECTION

    monkeypatch.setattr(part, "measure", measure, raising=False)
    monkeypatch.setitem(sys.modules, "bench.imagined", part)
    assert measure_part("imagined", Scale(rounds=2)) is SECTION
    assert asked == [Scale(rounds=2)]
