"""The parts of a card hold what they say and cannot be changed."""

import msgspec
import pytest

from analysis.classifiers.card import (
    Architecture,
    Card,
    Measurement,
    SpeedRecord,
    TrainingRecord,
    Weights,
)
from tests.analysis.tiny_models import tiny_card


@pytest.mark.parametrize(
    ("part", "field"),
    [
        pytest.param(tiny_card(), "name", id="Card"),
        pytest.param(tiny_card().input, "height", id="InputFormat"),
    ],
)
def test_cannot_be_changed(part: object, field: str) -> None:
    with pytest.raises(AttributeError, match="immutable"):
        setattr(part, field, 1)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        pytest.param(Card, {}, id="Card"),
        pytest.param(Architecture, {"name": "x"}, id="Architecture"),
        pytest.param(Weights, {"format": "safetensors", "sha256": "0" * 64}, id="Weights"),
        pytest.param(TrainingRecord, {"recipe": "x"}, id="TrainingRecord"),
        pytest.param(Measurement, {"dataset": "x"}, id="Measurement"),
        pytest.param(SpeedRecord, {"threads": 1}, id="SpeedRecord"),
    ],
)
def test_leaves_nothing_out(kind: type[object], fields: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError, match="missing required field"):
        msgspec.convert(fields, kind)


def test_keeps_what_was_measured() -> None:
    measured = Measurement(
        dataset="stripes",
        part="validation",
        images=30,
        accuracy=0.9,
        expected_calibration_error=0.01,
    )
    speed = SpeedRecord(
        images_per_second=9.0,
        batch_size=64,
        single_image_p50_ms=1.0,
        single_image_p99_ms=2.0,
        threads=1,
        processor="abacus",
    )
    card = msgspec.structs.replace(tiny_card(), measurements=(measured,), speed=speed)
    assert msgspec.json.decode(msgspec.json.encode(card), type=Card) == card
