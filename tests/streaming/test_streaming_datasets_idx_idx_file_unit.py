"""streaming.datasets.idx.IdxFile."""

from streaming.datasets.idx import IdxFile


def test_gives_the_header_that_the_format_asks_for() -> None:
    images = IdxFile("images", (60_000, 28, 28), "")
    assert images.header.hex() == "000008030000ea600000001c0000001c"
    assert IdxFile("labels", (10_000,), "").header.hex() == "0000080100002710"


def test_counts_the_header_into_its_size() -> None:
    assert IdxFile("images", (10, 3, 2), "").size_bytes == 16 + 60
