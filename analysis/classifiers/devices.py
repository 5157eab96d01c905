"""Where a network runs and in which precision it runs fastest there."""

import platform

import torch

from analysis.errors import ClassifierError


def resolve_device(name: str) -> torch.device:
    """The device of that name; ``auto`` is the GPU where there is one, else the CPU.

    Raises:
        ClassifierError: not a device's name, or a device that this machine does not have.
    """
    has_cuda = torch.cuda.is_available()
    if name == "auto":
        return torch.device("cuda" if has_cuda else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ClassifierError(f"device: expected auto, cpu or cuda, got {name!r}") from error
    if device.type not in ("cpu", "cuda"):
        raise ClassifierError(f"device: expected auto, cpu or cuda, got {name!r}")
    if device.type == "cuda" and not has_cuda:
        raise ClassifierError(f"device: expected one that is here, got {name!r} and no GPU found")
    return device


def fast_dtype(device: torch.device) -> torch.dtype:
    """``bfloat16`` where the hardware multiplies it natively, else ``float32``.

    Without native instructions bfloat16 is emulated and slower than float32.
    """
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    capabilities = torch.cpu.get_capabilities()
    if capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"):
        return torch.bfloat16
    return torch.float32


def processor_name() -> str:
    """What the CPU calls itself; its architecture where it has no name."""
    return str(torch.cpu.get_capabilities().get("cpu_name") or platform.machine())
