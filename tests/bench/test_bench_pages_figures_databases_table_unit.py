"""bench.pages_figures.databases_table."""

from bench.pages_figures import Filled, databases_table


def test_a_row_an_engine() -> None:
    table = databases_table({"SQLite": Filled(seconds=12.5, megabytes=1700.0)})
    assert table.rows == ({"engine": "SQLite", "seconds": 12.5, "megabytes": 1700.0},)
    assert [column.key for column in table.columns] == ["engine", "seconds", "megabytes"]
