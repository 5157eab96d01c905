"""Every way gives the network's own logits; what a machine lacks is left out aloud."""

import logging
from typing import Any

import pytest
import torch

from analysis.errors import ClassifierError
from bench import inference
from bench.inference import REFERENCE, build_runners
from tests.analysis.tiny_models import tiny_card, tiny_network


def _missing(*args: Any) -> Any:
    raise ClassifierError(f"no compiler for {len(args)} things\nand more lines")


@pytest.mark.parametrize("threads", [1, 2])
def test_gives_the_same_logits_every_way(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, threads: int
) -> None:
    monkeypatch.setattr(inference, "_compiled", _missing)
    monkeypatch.setattr(
        inference, "_onnx", lambda network, card, threads: lambda pixels: [network(pixels)]
    )
    network = tiny_network()
    pixels = torch.randn(5, 1, 8, 10).contiguous(memory_format=torch.channels_last)
    with caplog.at_level(logging.WARNING), torch.inference_mode():
        runners = build_runners(network, tiny_card(), threads=threads)
        expected = network(pixels)
        for name, run in runners.items():
            given = run(pixels)
            logits = given[0] if isinstance(given, list) else given
            assert (logits - expected).abs().max() < (0.2 if "bfloat16" in name else 1e-4), name
    assert REFERENCE in runners and "ONNX Runtime float32" in runners
    assert ("eager bfloat16, folded, shares of a batch" in runners) == (threads > 1)
    assert "left out: compiled float32, folded (no compiler for 2 things)" in caplog.text
    assert "more lines" not in caplog.text
