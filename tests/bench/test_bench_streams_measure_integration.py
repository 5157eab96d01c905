"""bench.streams.measure, as a smoke test: real servers, the real load client."""

from bench.figures import Scale
from bench.streams import measure


def test_goes_through_all_code_and_loses_nothing() -> None:
    section = measure(Scale(rounds=1, is_quick=True))
    assert not section.notes
    frames, costs = section.tables
    assert [(row["sessions"], row["program"]) for row in frames.rows] == [
        (1, "daphne"),
        (10, "uvicorn"),
    ]
    for row in frames.rows:
        assert row["received"] == row["stored"] == int(str(row["sessions"])) * 10
        assert row["lost"] == 0
    assert all(row["server_cpu"] is not None for row in costs.rows)
