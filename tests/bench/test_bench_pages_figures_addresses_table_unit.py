"""bench.pages_figures.addresses_table."""

from bench.pages_figures import Visited, addresses_table


def test_a_row_an_address_with_each_engine_side_by_side() -> None:
    fast = Visited("page", "sessions", 3, 3, [1.0, 2.0, 3.0], [1.0, 1.0, 1.0])
    grown = Visited("page", "sessions", 3, 9, [10.0], [5.0])
    table = addresses_table({"SQLite": [fast], "PostgreSQL": [grown]})
    assert len(table.rows) == 1
    row = table.rows[0]
    assert (row["SQLite queries"], row["PostgreSQL queries"]) == ("3", "3 → 9")
    assert (row["SQLite p50"], row["SQLite cpu"], row["PostgreSQL p95"]) == (2.0, 1.0, 10.0)
    assert {column.key for column in table.columns} == set(row)
