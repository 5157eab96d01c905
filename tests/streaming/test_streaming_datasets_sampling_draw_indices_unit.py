"""streaming.datasets.sampling.draw_indices."""

import tracemalloc

import numpy as np
import pytest

from streaming.datasets.sampling import MAX_SEED, draw_indices


def _draw(population: int, count: int, seed: int = 0, block: int = 4096) -> list[int]:
    blocks = list(draw_indices(population, count, seed=seed, block=block))
    assert all(0 < len(part) <= block for part in blocks)
    return [int(index) for part in blocks for index in part]


def test_draws_no_index_twice_within_a_pass() -> None:
    drawn = _draw(100, 60)
    assert len(drawn) == len(set(drawn)) == 60
    assert 0 <= min(drawn) <= max(drawn) < 100


def test_draws_everything_once_in_each_pass_and_reshuffles() -> None:
    drawn = _draw(50, 125, block=7)
    first, second, third = drawn[:50], drawn[50:100], drawn[100:]
    assert sorted(first) == sorted(second) == list(range(50))
    assert len(set(third)) == 25
    assert first != second


def test_draws_the_same_by_the_same_seed_for_ever() -> None:
    assert _draw(10_000, 5, seed=0) == [9394, 898, 2398, 5906, 2343]
    assert _draw(1000, 3000, seed=5, block=11) == _draw(1000, 3000, seed=5, block=999)


def test_continues_a_smaller_draw() -> None:
    assert _draw(20, 90)[:31] == _draw(20, 31)


def test_draws_otherwise_by_another_seed() -> None:
    assert _draw(1000, 100, seed=1) != _draw(1000, 100, seed=MAX_SEED)


def test_draws_nothing_when_nothing_is_asked_for() -> None:
    assert not _draw(10, 0)


def test_needs_no_memory_for_what_was_drawn() -> None:
    tracemalloc.start()
    try:
        total = sum(len(part) for part in draw_indices(10_000, 3_000_000, seed=0))
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total == 3_000_000
    assert peak_bytes < 2_000_000


def test_gives_int64() -> None:
    assert next(draw_indices(3, 3, seed=0)).dtype == np.int64


@pytest.mark.parametrize(
    ("population", "count", "seed", "block"),
    [
        pytest.param(0, 1, 0, 1, id="nothing to draw from"),
        pytest.param(1, -1, 0, 1, id="negative count"),
        pytest.param(1, 1, -1, 1, id="negative seed"),
        pytest.param(1, 1, MAX_SEED + 1, 1, id="seed too large"),
        pytest.param(1, 1, 0, 0, id="empty blocks"),
    ],
)
def test_refuses_arguments_out_of_range(population: int, count: int, seed: int, block: int) -> None:
    with pytest.raises(ValueError, match=f"got {population}, {count}, {block}, {seed}"):
        next(draw_indices(population, count, seed=seed, block=block))
