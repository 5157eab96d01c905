"""Frames that travel together between threads."""

from tests.analysis.live_fakes import SENT_AT_NS, frame_chunk


def test_counts_its_frames_and_knows_where_they_end() -> None:
    chunk = frame_chunk(7, 3)
    assert (len(chunk), chunk.end_sequence) == (3, 10)


def test_is_cut_without_losing_which_frames_it_holds() -> None:
    chunk = frame_chunk(7, 5)
    head, tail = chunk[:2], chunk[2:]
    assert (head.first_sequence, len(head)) == (7, 2)
    assert (tail.first_sequence, len(tail)) == (9, 3)
    assert tail.images[:, 0, 0].tolist() == [9, 10, 11]
    assert tail.sent_at_ns == SENT_AT_NS


def test_is_cut_without_copying_a_pixel() -> None:
    chunk = frame_chunk(0, 4)
    assert chunk[1:3].images.base is not None
    assert chunk[1:3].images.base is chunk.images.base or chunk[1:3].images.base is chunk.images
