"""The rows become a Markdown table that shows the reference in bold."""

from bench.inference import Row, Way, render_table

USED = Way("used", 1)


def test_shows_latency_speed_and_ratio() -> None:
    rows = [
        Row(Way("used", 2), 1.5, 12.345, {64: 1999.6}, {1: 0.5, 64: 0.25}),
        Row(USED, 0.75, 1.0, {64: 8000.0}, {1: 1.0, 64: 1.0}),
    ]
    assert render_table(rows, reference=USED).splitlines() == [
        "|  | threads | p50 ms | p99 ms | batch of 64 |",
        "| --- | --- | --- | --- | --- |",
        "| used | 2 | 1.50 (0.50) | 12.35 | 2,000 (0.25) |",
        "| **used** | **1** | **0.75 (1.00)** | **1.00** | **8,000 (1.00)** |",
    ]


def test_has_a_head_without_rows() -> None:
    assert render_table([], reference=USED).startswith("|  | threads | p50 ms | p99 ms |\n")
