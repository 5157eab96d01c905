"""Pictures move as a whole, and black comes in from outside."""

import torch

from analysis.training.augmentation import shift


def _with_a_dot(count: int, channels: int = 1) -> torch.Tensor:
    images = torch.zeros(count, channels, 7, 9, dtype=torch.uint8)
    images[:, :, 3, 4] = 200
    return images


def test_moves_to_every_place_within_reach() -> None:
    moved = shift(_with_a_dot(2000), max_shift=2, generator=torch.Generator().manual_seed(0))
    assert moved.shape == (2000, 1, 7, 9) and moved.dtype == torch.uint8
    assert (moved.sum(dim=(1, 2, 3)) == 200).all()
    places = {(int(row), int(column)) for _, _, row, column in moved.nonzero()}
    assert places == {(row, column) for row in range(1, 6) for column in range(2, 7)}


def test_moves_all_channels_of_a_picture_together() -> None:
    moved = shift(_with_a_dot(50, 3), max_shift=2, generator=torch.Generator().manual_seed(0))
    assert torch.equal(moved[:, 0], moved[:, 1]) and torch.equal(moved[:, 0], moved[:, 2])


def test_brings_black_in() -> None:
    white = torch.full((100, 1, 4, 4), 255, dtype=torch.uint8)
    moved = shift(white, max_shift=1, generator=torch.Generator().manual_seed(0))
    assert set(moved.flatten().tolist()) == {0, 255}


def test_leaves_pictures_alone_for_no_shift() -> None:
    images = _with_a_dot(3)
    assert torch.equal(shift(images, max_shift=0, generator=torch.Generator()), images)
