"""What was measured before a session, in the report's form."""

from analysis.classifiers.speed import SustainedRate
from analysis.outcome import preflight_dict


def test_puts_what_is_sustained_beside_what_is_asked_for() -> None:
    rate = SustainedRate(
        images_per_second=7800.5,
        batch_size=64,
        single_image_p50_ms=0.5,
        single_image_p99_ms=1.0,
    )
    assert preflight_dict(rate, 10.0) == {
        "sustained_fps": 7800.5,
        "requested_fps": 10.0,
        "batch_size": 64,
    }
