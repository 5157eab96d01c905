"""bench.pages_figures.goals."""

from bench.pages_figures import Visited, goals


def test_the_slowest_address_decides_and_no_queries_may_grow() -> None:
    visited = [
        Visited("page", "sessions", 3, 3, [10.0] * 20, [5.0] * 20),
        Visited("admin", "sessions", 8, 9, [150.0] * 20, [5.0] * 20),
    ]
    slowest, grown = goals("SQLite", visited)
    assert "admin: sessions" in slowest.text
    assert (slowest.measured, slowest.wanted, slowest.is_met) == (150.0, 200.0, True)
    assert not goals("PostgreSQL", visited)[0].is_met
    assert (grown.measured, grown.is_met) == (1, False)
    assert goals("SQLite", visited[:1])[1].is_met
