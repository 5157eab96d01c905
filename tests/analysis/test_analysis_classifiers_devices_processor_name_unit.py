"""A speed is worth little without the processor that it was measured on."""

import platform

import pytest
import torch

from analysis.classifiers.devices import processor_name


def test_gives_the_name_of_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"cpu_name": "Abacus 9"})
    assert processor_name() == "Abacus 9"


def test_gives_the_architecture_of_a_nameless_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", dict)
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert processor_name() == "riscv64"
