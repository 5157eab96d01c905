"""Predictions of frames that were never sent."""

from results.errors import UnsentSequence


def test_is_final_unless_the_count_of_frames_trails() -> None:
    assert UnsentSequence("frame 5 was never sent").is_exact
    trailing = UnsentSequence("frame 5 was never sent", is_exact=False)
    assert not trailing.is_exact
    assert str(trailing) == "frame 5 was never sent"
