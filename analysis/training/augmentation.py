"""Random changes to a whole batch of uint8 pictures at once, reproducible by generator."""

import torch
from torch import Tensor
from torch.nn import functional


def flip(images: Tensor, *, probability: float, generator: torch.Generator) -> Tensor:
    """Mirror each picture left to right with that probability.

    Args:
        images: uint8, (B, C, H, W).
        probability: 0 to 1.
        generator: where the chance comes from; it lives on the CPU.
    """
    chosen = torch.rand(len(images), generator=generator) < probability
    return torch.where(chosen.to(images.device)[:, None, None, None], images.flip(-1), images)


def shift(images: Tensor, *, max_shift: int, generator: torch.Generator) -> Tensor:
    """Move each picture by up to ``max_shift`` pixels each way; black comes in from outside.

    Args:
        images: uint8, (B, C, H, W).
        max_shift: pixels, at least 0.
        generator: where the chance comes from; it lives on the CPU.
    """
    count, _, height, width = images.shape
    offsets = torch.randint(0, 2 * max_shift + 1, (2, count), generator=generator)
    offsets = offsets.to(images.device)
    padded = functional.pad(images, (max_shift,) * 4)
    rows = offsets[0][:, None] + torch.arange(height, device=images.device)  # (B, H)
    columns = offsets[1][:, None] + torch.arange(width, device=images.device)  # (B, W)
    picture = torch.arange(count, device=images.device)[:, None, None]
    # Index arrays around a slice put the indexed axes first: (B, H, W, C).
    moved = padded[picture, :, rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 1, 2)


def erase(
    images: Tensor, *, probability: float, area: tuple[float, float], generator: torch.Generator
) -> Tensor:
    """Fill a random rectangle of each picture with noise (random erasing, Zhong et al. 2017).

    Args:
        images: uint8, (B, C, H, W).
        probability: of a picture to be touched, 0 to 1.
        area: least and largest share of the picture that the rectangle covers, 0 to 1.
        generator: where the chance comes from; it lives on the CPU.
    """
    height, width = images.shape[2:]
    chosen, share, aspect, top, left = torch.rand(5, len(images), 1, generator=generator)
    share = area[0] + (area[1] - area[0]) * share
    stretch = torch.exp((aspect - 0.5) * 2.0 * 0.6)  # sides' ratio from about 0.3 to 3.3
    tall = (torch.sqrt(share) * stretch * height).round().clamp(1, height)
    wide = (torch.sqrt(share) / stretch * width).round().clamp(1, width)
    rows, columns = _span(height, tall, top), _span(width, wide, left)  # (B, H), (B, W)
    inside = rows[:, :, None] & columns[:, None, :] & (chosen < probability)[:, :, None]
    noise = torch.randint(0, 256, images.shape, generator=generator, dtype=torch.uint8)
    return torch.where(inside[:, None].to(images.device), noise.to(images.device), images)


def _span(size: int, lengths: Tensor, places: Tensor) -> Tensor:
    """Which of ``size`` positions each span covers; lengths and places (0 to 1) are (B, 1)."""
    first = (places * (size - lengths + 1)).floor()
    position = torch.arange(size)[None]
    return (position >= first) & (position < first + lengths)
