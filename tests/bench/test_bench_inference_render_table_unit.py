"""The rows become a Markdown table that shows the reference in bold."""

from bench.inference import Row, render_table


def test_shows_speed_and_ratio_by_batch() -> None:
    rows = [
        Row("slow", {1: 512.4, 64: 1999.6}, {1: 0.5, 64: 0.25}),
        Row("used", {1: 1024.0, 64: 8000.0}, {1: 1.0, 64: 1.0}),
    ]
    assert render_table(rows, reference="used").splitlines() == [
        "|  | batch of 1 | batch of 64 |",
        "| --- | --- | --- |",
        "| slow | 512 (0.50) | 2,000 (0.25) |",
        "| **used** | **1,024 (1.00)** | **8,000 (1.00)** |",
    ]


def test_has_a_head_without_rows() -> None:
    assert render_table([], reference="used") == "|  |\n| --- |"
