"""The most similar picture of another set is found exactly, by Pearson's correlation."""

import numpy as np
import pytest

from analysis.evaluation import duplicates
from analysis.evaluation.duplicates import NEAR_DUPLICATE_CORRELATION, nearest_correlations
from tests.analysis.tiny_models import noise


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_agrees_with_numpy_over_block_borders(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setattr(duplicates, "BLOCK", 7)
    images, others = noise(17, mode, seed=1), noise(30, mode, seed=2)
    every = np.corrcoef(images.reshape(17, -1), others.reshape(30, -1))[:17, 17:]
    found = nearest_correlations(images, others)
    assert found.dtype == np.float32
    assert np.allclose(found, every.max(axis=1), atol=1e-5)


def test_sees_through_brightness_and_contrast() -> None:
    others = noise(5)
    images = (others * 0.4 + 100).astype(np.uint8)[::-1]
    assert (nearest_correlations(images, others) > NEAR_DUPLICATE_CORRELATION).all()
    assert (nearest_correlations(images, noise(5, seed=9)) < 0.9).all()


def test_shrinks_large_pictures_before_it_compares() -> None:
    small = np.random.default_rng(0).integers(0, 256, size=(6, 16, 20, 3), dtype=np.uint8)
    large = small.repeat(5, axis=1).repeat(4, axis=2)  # (6, 80, 80, 3)
    found = nearest_correlations(large, large[::-1])
    assert np.allclose(found, 1.0, atol=1e-5)
    nothing = np.empty((0, 80, 80, 3), dtype=np.uint8)
    assert nearest_correlations(nothing, large).shape == (0,)


def test_finds_nothing_like_one_colour_and_nothing_in_nothing() -> None:
    black = np.zeros((2, 8, 10), dtype=np.uint8)
    assert nearest_correlations(black, np.concatenate([black, noise(3)])).tolist() == [0, 0]
    assert nearest_correlations(noise(2), noise(0)).tolist() == [-1, -1]


def test_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "BLOCK", 2)
    seen: list[tuple[int, int]] = []
    nearest_correlations(
        noise(3), noise(5), on_block=lambda done, total: seen.append((done, total))
    )
    assert seen == [(done, 6) for done in range(1, 7)]


def test_refuses_pictures_of_other_shapes() -> None:
    with pytest.raises(ValueError, match=r"got \(8, 10\) and \(8, 10, 3\)"):
        nearest_correlations(noise(2), noise(2, "RGB"))
