"""Corruptions do what they are called, get worse with strength and are the same by seed."""

from typing import Any, cast

import numpy as np
import pytest
from scipy import ndimage

from analysis.evaluation import corruptions
from analysis.evaluation.corruptions import KINDS, STRENGTHS, Images, Kind, corrupt


def _pictures(count: int = 12, mode: str = "L", side: int = 28) -> Images:
    """A smooth bright blob on black with something at its side, different in each picture."""
    rng = np.random.default_rng(1)
    rows, columns = np.mgrid[0:side, 0:side]
    images = []
    for _ in range(count):
        row, column = rng.uniform(0.4, 0.6, size=2) * side
        blob = 220 * np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / (side / 3) ** 2)
        images.append(blob * (columns > side // 3))
    grey = np.stack(images).astype(np.uint8)
    return grey if mode == "L" else np.stack([grey, grey // 2, 255 - grey], axis=3)


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("kind", KINDS)
def test_changes_more_the_stronger_and_leaves_its_input_alone(kind: Kind, mode: str) -> None:
    images = _pictures(mode=mode)
    before = images.copy()
    differences = []
    for strength in range(1, 6):
        worse = corrupt(images, kind, strength, seed=0)
        assert worse.shape == images.shape and worse.dtype == np.uint8
        differences.append(float(np.abs(worse.astype(float) - images).mean()))
    assert differences[0] > 0 and differences == sorted(differences)
    assert np.array_equal(images, before)


@pytest.mark.parametrize("kind", KINDS)
def test_is_the_same_by_seed_whatever_came_before(kind: Kind) -> None:
    images = _pictures(40)
    first = corrupt(images, kind, 3, seed=7)
    corrupt(images, "noise", 1, seed=7)
    assert np.array_equal(corrupt(images, kind, 3, seed=7), first)
    is_by_chance = kind not in ("blur", "contrast")
    assert np.array_equal(corrupt(images, kind, 3, seed=8), first) != is_by_chance


def test_adds_noise_of_that_deviation() -> None:
    grey = np.full((20, 40, 40), 128, dtype=np.uint8)
    added = corrupt(grey, "noise", 2, seed=0).astype(float) - 128
    assert added.std() == pytest.approx(STRENGTHS["noise"][1], rel=0.02)
    assert abs(added.mean()) < 0.5


def test_blurs_as_scipy_does() -> None:
    images = _pictures(3)
    for strength, share in enumerate(STRENGTHS["blur"], start=1):
        expected = [
            ndimage.gaussian_filter(
                image.astype(float), share * 28, mode="constant", radius=int(np.ceil(share * 84))
            )
            for image in images
        ]
        blurred = corrupt(images, "blur", strength, seed=0)
        assert np.abs(blurred - np.stack(expected)).max() < 0.51


def test_shifts_by_whole_pixels_and_lets_black_in() -> None:
    images = np.zeros((200, 28, 28), dtype=np.uint8)
    images[:, 14, 14] = 255
    shifted = corrupt(images, "shift", 5, seed=0)
    where = np.argwhere(shifted)[:, 1:] - 14
    assert len(where) == 200 and set(shifted[shifted > 0]) == {255}
    # Round(0.18 * 28) is 5, along a side or a diagonal.
    assert {tuple(step) for step in where} == {
        (y, x) for y in (-5, 0, 5) for x in (-5, 0, 5) if y or x
    }


def test_turns_either_way_as_scipy_does() -> None:
    images = _pictures(20)
    turned = corrupt(images, "rotation", 4, seed=0)
    ways = []
    for before, after in zip(images, turned, strict=True):
        gaps = [
            np.abs(
                ndimage.rotate(before.astype(float), angle, reshape=False, order=1) - after
            ).mean()
            for angle in (-22, 22)
        ]
        assert min(gaps) < 1.5 < max(gaps)
        ways.append(int(np.argmin(gaps)))
    assert set(ways) == {0, 1}


def test_makes_brighter_or_darker_within_what_a_pixel_can_be() -> None:
    images = np.full((50, 4, 4), 200, dtype=np.uint8)
    assert set(np.unique(corrupt(images, "brightness", 3, seed=0))) == {135, 255}


def test_draws_towards_the_mean() -> None:
    images = np.zeros((1, 4, 4), dtype=np.uint8)
    images[0, :2] = 200
    assert set(np.unique(corrupt(images, "contrast", 4, seed=0))) == {75, 125}


def test_works_in_chunks_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    images = _pictures(9)
    together = corrupt(images, "noise", 1, seed=3)
    monkeypatch.setattr(corruptions, "CHUNK_PIXELS", 28 * 28 * 2)
    assert np.array_equal(corrupt(images, "noise", 1, seed=3), together)


@pytest.mark.parametrize("kind", KINDS)
def test_gives_nothing_for_nothing(kind: Kind) -> None:
    assert corrupt(np.empty((0, 8, 8), dtype=np.uint8), kind, 1, seed=0).shape == (0, 8, 8)


@pytest.mark.parametrize(
    ("kind", "strength"),
    [
        pytest.param("rain", 1, id="another kind"),
        pytest.param("noise", 0, id="too weak"),
        pytest.param("noise", 6, id="too strong"),
    ],
)
def test_refuses_another_kind_or_strength(kind: Any, strength: int) -> None:
    with pytest.raises(ValueError, match=f"got '{kind}' at {strength}"):
        corrupt(_pictures(1), cast(Kind, kind), strength, seed=0)
