"""One rectangle of a picture becomes noise, as large as asked for."""

import pytest
import torch

from analysis.training.augmentation import erase

# One value that noise hits only now and then, so that what was touched can be seen.
IMAGES = torch.full((400, 1, 28, 28), 7, dtype=torch.uint8)


def _erased(
    probability: float, area: tuple[float, float] = (0.1, 0.2), seed: int = 0
) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return erase(IMAGES, probability=probability, area=area, generator=generator)


def test_touches_as_many_as_asked_for() -> None:
    touched = (_erased(0.25) != IMAGES).flatten(1).any(1)
    assert 70 < touched.sum() < 130


def test_fills_one_rectangle_of_the_size_asked_for() -> None:
    for changed in (_erased(1.0) != IMAGES)[:, 0]:
        rows, columns = changed.any(1).nonzero(), changed.any(0).nonzero()
        box = (int(rows.max() - rows.min()) + 1) * (int(columns.max() - columns.min()) + 1)
        assert 0.06 * 784 < box < 0.26 * 784  # sides are whole pixels
        assert changed.sum() > 0.9 * box


def test_stays_inside_the_picture_for_any_area() -> None:
    assert _erased(1.0, area=(0.0, 1.0)).shape == IMAGES.shape


def test_goes_by_the_generator() -> None:
    assert torch.equal(_erased(0.5), _erased(0.5))
    assert not torch.equal(_erased(0.5), _erased(0.5, seed=1))


@pytest.mark.parametrize("channels", [1, 3])
def test_leaves_pictures_alone_at_probability_0(channels: int) -> None:
    images = IMAGES[:4].repeat(1, channels, 1, 1)
    unchanged = erase(images, probability=0.0, area=(0.1, 0.2), generator=torch.Generator())
    assert torch.equal(unchanged, images)
