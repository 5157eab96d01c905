"""telemetry.metrics.frames_left."""

from telemetry.metrics import frames_left
from tests.telemetry.samples import sample


def test_counts_every_frame_of_a_message() -> None:
    before = sample("fashionsite_frames_sent_total")
    frames_left(16)
    frames_left(1)
    assert sample("fashionsite_frames_sent_total") - before == 17
