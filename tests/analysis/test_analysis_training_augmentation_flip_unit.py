"""Pictures are mirrored left to right or not at all."""

import pytest
import torch

from analysis.training.augmentation import flip

IMAGES = torch.arange(200 * 3 * 4 * 5, dtype=torch.int64).to(torch.uint8).reshape(200, 3, 4, 5)


def _flipped(probability: float, seed: int = 0) -> torch.Tensor:
    return flip(IMAGES, probability=probability, generator=torch.Generator().manual_seed(seed))


def test_mirrors_some_of_them() -> None:
    flipped = _flipped(0.5)
    mirrored = (flipped == IMAGES.flip(-1)).flatten(1).all(1)
    same = (flipped == IMAGES).flatten(1).all(1)
    assert (mirrored | same).all()
    assert 60 < mirrored.sum() < 140


def test_goes_by_the_generator() -> None:
    assert torch.equal(_flipped(0.5), _flipped(0.5))
    assert not torch.equal(_flipped(0.5), _flipped(0.5, seed=1))


@pytest.mark.parametrize(
    ("probability", "expected"),
    [pytest.param(0.0, IMAGES, id="none"), pytest.param(1.0, IMAGES.flip(-1), id="all")],
)
def test_keeps_to_the_probability(probability: float, expected: torch.Tensor) -> None:
    assert torch.equal(_flipped(probability), expected)
