"""bfloat16 is chosen only where the hardware multiplies it."""

import pytest
import torch

from analysis.classifiers.devices import fast_dtype


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [
        pytest.param({"avx512_bf16": True}, torch.bfloat16, id="AVX-512 with bfloat16"),
        pytest.param({"amx_bf16": True}, torch.bfloat16, id="AMX"),
        pytest.param({"avx512_f": True, "avx512_bf16": False}, torch.float32, id="AVX-512"),
        pytest.param({}, torch.float32, id="another processor"),
    ],
)
def test_goes_by_what_the_processor_says(
    monkeypatch: pytest.MonkeyPatch, capabilities: dict[str, bool], expected: torch.dtype
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    assert fast_dtype(torch.device("cpu")) == expected


@pytest.mark.parametrize(
    ("supported", "expected"),
    [
        pytest.param(True, torch.bfloat16, id="a GPU that has it"),
        pytest.param(False, torch.float32, id="a GPU that has not"),
    ],
)
def test_goes_by_what_the_gpu_says(
    monkeypatch: pytest.MonkeyPatch, supported: bool, expected: torch.dtype
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: supported)
    assert fast_dtype(torch.device("cuda")) == expected
