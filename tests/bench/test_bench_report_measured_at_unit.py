"""When and where."""

from bench.report import measured_at


def test_is_a_sentence() -> None:
    assert measured_at(machine="a box", date="2026-01-02") == "Measured 2026-01-02 on a box."
