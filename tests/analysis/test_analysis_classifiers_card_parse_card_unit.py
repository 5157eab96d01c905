"""A card's JSON is read strictly, and refused by field, expectation and value."""

from typing import Any

import msgspec
import pytest

from analysis.classifiers.card import Card, parse_card
from analysis.classifiers.records import ScalingRecord
from analysis.errors import InvalidCard
from tests.analysis.tiny_models import tiny_card_fields
from tests.analysis.tiny_records import tiny_evaluation, tiny_run

CALIBRATION = {"name": "other", "seed": 4, "images": 30, "sha256": "3" * 64}
SCALING: dict[str, Any] = {"scales": [0.5, 1.0, 2.0], "offsets": [0.0, -1.0, 1.0]}
BASELINE = {
    "dataset": "stripes",
    "part": "validation",
    "images": 3,
    "class_counts": [2, 0, 1],
    "confidence_counts": [0] * 19 + [3],
}
SEEDS = {
    "count": 2,
    "accuracy_mean": 0.9,
    "accuracy_deviation": 0.01,
    "flip_averaged_accuracy_mean": 0.8,
    "flip_averaged_accuracy_deviation": 0.02,
}


def _changed(path: str, value: Any) -> bytes:
    fields = tiny_card_fields()
    *parents, last = path.split(".")
    part = fields
    for parent in parents:
        part = part[parent]
    part[last] = value
    return msgspec.json.encode(fields)


def test_gives_every_field_of_a_valid_card() -> None:
    card = parse_card(msgspec.json.encode(tiny_card_fields()))
    assert isinstance(card, Card)
    assert card.name == "tiny"
    assert card.architecture.arguments == {"widths": (4, 8), "blocks": (1, 1)}
    assert card.class_names == ("dark", "left", "right")
    assert card.temperature == 1.5
    assert card.measurements == () and card.speed is None


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        pytest.param("format", 4, "format: expected 1, 2 or 3, got 4", id="another version"),
        pytest.param("name", "../tiny", "name: expected `str` matching regex", id="a path"),
        pytest.param("name", 7, "name: expected `str`, got 7", id="name of another type"),
        pytest.param("input.height", 0, "input.height: expected `int` >= 1, got 0", id="no height"),
        pytest.param("input.height", 8.5, "input.height: expected `int`, got 8.5", id="half"),
        pytest.param("input.mode", "CMYK", "input.mode: invalid enum value", id="another mode"),
        pytest.param(
            "input.mean",
            [0.2, 0.3],
            "input.mean: expected 1 numbers for mode L, got 2",
            id="two means for grey",
        ),
        pytest.param(
            "input.std", [0.5, "x"], "input.std[1]: expected `float`, got 'x'", id="std no number"
        ),
        pytest.param("input.std", [0.0], "input.std[0]: expected `float` >= 0.001", id="std 0"),
        pytest.param("class_names", [], "class_names: expected at least 2, got 0", id="unlabelled"),
        pytest.param("class_names", ["a", "a"], "class_names: expected distinct names", id="twins"),
        pytest.param("class_names", ["a", ""], "class_names[1]: expected `str` of", id="empty"),
        pytest.param(
            "class_names",
            ["a", "b" * 101],
            "class_names[1]: expected `str` of length <=",
            id="long",
        ),
        pytest.param("temperature", 0, "temperature: expected `float` >= 0.01, got 0", id="cold"),
        pytest.param("weights.sha256", "zz", "weights.sha256: expected `str` matching", id="hash"),
        pytest.param(
            "weights.format", "pickle", "weights.format: invalid enum value 'pickle'", id="pickle"
        ),
        pytest.param("extra", 1, "card: object contains unknown field `extra`", id="undeclared"),
        pytest.param(
            "architecture.arguments",
            {"widths": "x" * 200},
            "architecture.arguments[...]: expected `int | array`, got {'widths': 'xxx",
            id="a key of a mapping, its long value cut",
        ),
    ],
)
def test_names_field_expectation_and_value(path: str, value: Any, message: str) -> None:
    with pytest.raises(InvalidCard) as caught:
        parse_card(_changed(path, value))
    assert message in str(caught.value)
    assert len(str(caught.value)) < 300


def test_gives_an_evaluation_and_runs_in_format_2() -> None:
    evaluation = msgspec.to_builtins(tiny_evaluation())
    runs = [msgspec.to_builtins(tiny_run(seed)) for seed in (0, 1)]
    card = parse_card(
        msgspec.json.encode(
            tiny_card_fields() | {"format": 2, "evaluation": evaluation, "runs": runs}
        )
    )
    assert card.evaluation == tiny_evaluation() and card.runs == (tiny_run(0), tiny_run(1))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        pytest.param(
            "evaluation", msgspec.to_builtins(tiny_evaluation()), "evaluation", id="evaluation"
        ),
        pytest.param("runs", [msgspec.to_builtins(tiny_run(0))], "runs", id="runs"),
        pytest.param("weights.format", "onnx", "weights.format onnx", id="ONNX"),
        pytest.param("calibrated_by", CALIBRATION, "calibrated_by", id="another's calibration"),
        pytest.param("over_seeds", SEEDS, "over_seeds", id="over seeds"),
        pytest.param("baseline", BASELINE, "baseline", id="baseline"),
    ],
)
def test_refuses_in_format_1_what_it_does_not_know(path: str, value: Any, message: str) -> None:
    with pytest.raises(InvalidCard, match=f"expected 2 for a card with {message}, got 1"):
        parse_card(_changed(path, value))


def test_gives_a_baseline_in_format_2() -> None:
    card = parse_card(msgspec.json.encode(tiny_card_fields() | {"format": 2, "baseline": BASELINE}))
    assert card.baseline is not None and card.baseline.class_counts == (2, 0, 1)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        pytest.param("class_counts", [2, 1], "one for each of 3 classes, got 2", id="classes"),
        pytest.param("class_counts", [2, 0, 2], "counts of 3 images, got 4", id="too many"),
        pytest.param("confidence_counts", [0] * 20, "counts of 3 images, got 0", id="too few"),
        pytest.param("confidence_counts", [3], "of length >= 20", id="other bins"),
        pytest.param("class_counts", [4, -1, 0], "`int` >= 0, got -1", id="negative"),
    ],
)
def test_refuses_a_baseline_that_does_not_add_up(field: str, value: Any, message: str) -> None:
    fields = tiny_card_fields() | {"format": 2, "baseline": BASELINE | {field: value}}
    with pytest.raises(InvalidCard) as caught:
        parse_card(msgspec.json.encode(fields))
    assert message in str(caught.value) and f"baseline.{field}" in str(caught.value)


@pytest.mark.parametrize("absent", [True, False])
def test_needs_no_training_in_format_2_only(absent: bool) -> None:
    fields = tiny_card_fields() | {"training": None}
    if absent:
        del fields["training"]
    assert parse_card(msgspec.json.encode(fields | {"format": 2})).training is None
    with pytest.raises(InvalidCard, match="expected 2 for a card without training, got 1"):
        parse_card(msgspec.json.encode(fields))


def test_gives_whose_calibration_it_is_in_format_2() -> None:
    card = parse_card(
        msgspec.json.encode(tiny_card_fields() | {"format": 2, "calibrated_by": CALIBRATION})
    )
    assert card.calibrated_by is not None and card.calibrated_by.name == "other"


def test_gives_a_scaling_in_format_3() -> None:
    fields = tiny_card_fields() | {"format": 3, "temperature": 1.0, "scaling": SCALING}
    card = parse_card(msgspec.json.encode(fields))
    assert card.scaling == ScalingRecord(scales=(0.5, 1.0, 2.0), offsets=(0.0, -1.0, 1.0))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"format": 2}, "format: expected 3 for a card with scaling, got 2", id="old"),
        pytest.param(
            {"temperature": 1.5}, "temperature: expected 1 beside 'scaling', got 1.5", id="both"
        ),
        pytest.param(
            {"scaling": SCALING | {"scales": [1.0, 1.0]}},
            "scaling.scales: expected one for each of 3 classes, got 2",
            id="a scale is missing",
        ),
        pytest.param(
            {"scaling": SCALING | {"offsets": []}},
            "scaling.offsets: expected one for each of 3 classes, got 0",
            id="no offsets",
        ),
        pytest.param(
            {"scaling": SCALING | {"scales": [0.0, 1.0, 1.0]}},
            "scaling.scales[0]: expected `float` >= 0.01, got 0.0",
            id="scale of 0",
        ),
        pytest.param(
            {"scaling": SCALING | {"offsets": [0.0, 0.0, 1e9]}},
            "scaling.offsets[2]: expected `float` <= 100.0, got 1000000000.0",
            id="offset too large",
        ),
    ],
)
def test_refuses_a_scaling_that_does_not_fit(changes: dict[str, Any], message: str) -> None:
    fields = tiny_card_fields() | {"format": 3, "temperature": 1.0, "scaling": SCALING} | changes
    with pytest.raises(InvalidCard) as caught:
        parse_card(msgspec.json.encode(fields))
    assert message in str(caught.value)


def test_refuses_a_mean_over_other_seeds_than_its_runs() -> None:
    runs = [msgspec.to_builtins(tiny_run(seed)) for seed in (0, 1, 2)]
    fields = tiny_card_fields() | {"format": 2, "over_seeds": SEEDS}
    with pytest.raises(InvalidCard, match="over_seeds.count: expected that of 'runs', 3, got 2"):
        parse_card(msgspec.json.encode(fields | {"runs": runs}))
    assert parse_card(msgspec.json.encode(fields | {"runs": runs[:2]})).over_seeds is not None


def test_refuses_two_runs_of_a_seed() -> None:
    runs = [msgspec.to_builtins(tiny_run(7))] * 2
    with pytest.raises(InvalidCard, match=r"runs: expected distinct seeds, got \[7, 7\]"):
        parse_card(msgspec.json.encode(tiny_card_fields() | {"format": 2, "runs": runs}))


def test_names_a_missing_field() -> None:
    fields = tiny_card_fields()
    del fields["class_names"]
    with pytest.raises(InvalidCard, match="missing required field `class_names`"):
        parse_card(msgspec.json.encode(fields))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x80\x04N.", id="a pickle"),
        pytest.param(b'"\xff"', id="not UTF-8"),
        pytest.param(b"[" * 100_000, id="deeply nested"),
        pytest.param(b'{"temperature": NaN}', id="NaN"),
    ],
)
def test_refuses_what_is_not_json(content: bytes) -> None:
    with pytest.raises(InvalidCard, match="expected JSON"):
        parse_card(content)


def test_refuses_json_that_is_no_object() -> None:
    with pytest.raises(InvalidCard, match="card: expected `object`"):
        parse_card(b"[1]")
