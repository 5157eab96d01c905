"""streaming.datasets.records.Record."""

import io
import pickle

from streaming.datasets.records import read_record


def test_tells_where_bytes_lie_and_how_many_values_were_made() -> None:
    raw = pickle.dumps((5, b"pixels", b"labels" * 100), 5)
    record, _ = read_record(io.BytesIO(raw), limit_bytes=10_000)
    assert record.values == 4
    assert record.size_bytes == len(raw)
    first, second = record.blobs
    assert raw[first : first + 6] == b"pixels"
    assert raw[second : second + 600] == b"labels" * 100
