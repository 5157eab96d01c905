"""A new measurement takes the place of the last one of that part."""

from analysis.classifiers.records import BaselineRecord, Measurement
from analysis.classifiers.speed import SustainedRate
from analysis.evaluation.recording import with_measurement
from tests.analysis.tiny_models import tiny_card

RATE = SustainedRate(
    images_per_second=100.0, batch_size=64, single_image_p50_ms=1.0, single_image_p99_ms=2.0
)


def _measured(part: str, accuracy: float) -> Measurement:
    return Measurement(
        dataset="stripes",
        part="test" if part == "test" else "validation",
        images=30,
        accuracy=accuracy,
        expected_calibration_error=0.1,
    )


def test_replaces_that_part_and_keeps_the_other() -> None:
    card = tiny_card()
    for part, accuracy in (("test", 0.5), ("validation", 0.6), ("test", 0.7)):
        card = with_measurement(card, _measured(part, accuracy), RATE)
    assert [measured.accuracy for measured in card.measurements] == [0.6, 0.7]
    assert card.speed is not None and card.speed.images_per_second == 100.0
    assert card.format == 3


def test_says_with_how_many_threads() -> None:
    for threads in (1, 2):
        card = with_measurement(tiny_card(), _measured("test", 0.5), RATE, threads=threads)
        assert card.speed is not None and card.speed.threads == threads


def _baseline(part: str) -> BaselineRecord:
    return BaselineRecord(
        dataset="stripes",
        part="test" if part == "test" else "validation",
        images=2,
        class_counts=(2, 0, 0),
        confidence_counts=(*[0] * 19, 2),
    )


def test_keeps_the_baseline_of_a_validation_part_before_that_of_a_test_part() -> None:
    kept = []
    card = tiny_card()
    for part in ("test", "validation", "test"):
        measured = _measured(part, 0.5)
        card = with_measurement(card, measured, RATE, baseline=_baseline(part))
        kept.append(card.baseline)
    assert kept == [_baseline("test"), _baseline("validation"), _baseline("validation")]
    assert with_measurement(card, _measured("test", 0.5), RATE).baseline == _baseline("validation")
