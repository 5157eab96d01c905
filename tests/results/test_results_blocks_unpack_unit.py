"""results.blocks.unpack."""

from results.blocks import ROW, unpack


def test_nothing_has_no_rows() -> None:
    assert len(unpack(b"")) == 0


def test_a_row_takes_ten_bytes() -> None:
    assert ROW.itemsize == 10
    assert unpack(bytes(20))["confidence"].tolist() == [0, 0]
