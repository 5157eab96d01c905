"""How much is measured."""

from bench.figures import Scale


def test_picks_the_small_size_for_a_smoke_test() -> None:
    assert Scale().pick(1000, 10) == 1000
    assert Scale(rounds=1, is_quick=True).pick(1000, 10) == 10
