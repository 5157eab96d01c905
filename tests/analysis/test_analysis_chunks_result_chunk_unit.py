"""Results that travel together between threads."""

from tests.analysis.live_fakes import result_chunk


def test_is_cut_in_all_its_arrays() -> None:
    part = result_chunk(10, 5)[1:3]
    assert len(part) == 2
    assert part.sequences.tolist() == [11, 12]
    assert part.images.shape == (2, 8, 10)
    assert part.probabilities.argmax(axis=1).tolist() == [11 % 3, 12 % 3]
    assert part.latencies_ms.shape == (2,)
