"""What a model package says about its weights: ``card.json``, read strictly.

The card is all that inference knows of a classifier; ``docs/reference/model-package.md``
explains each field. This module is pure: neither torch nor the weights are needed to read one.
"""

from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from analysis.classifiers.records import (
    BaselineRecord,
    CalibrationRecord,
    ClassName,
    Count,
    EvaluationRecord,
    Fraction,
    Measurement,
    Name,
    Part,
    RunRecord,
    ScalingRecord,
    SeedsRecord,
    Sha256,
    SpeedRecord,
    TrainingRecord,
)
from analysis.errors import ClassifierError, InvalidCard

__all__ = [
    "CARD_FILE",
    "FORMAT",
    "Architecture",
    "Card",
    "InputFormat",
    "Measurement",
    "SpeedRecord",
    "TrainingRecord",
    "Weights",
    "parse_card",
    "read_card",
    "training_of",
    "write_card",
]

# What is written. Older ones are still read: format 2 knows no ``scaling``; format 1 always has
# ``training`` and safetensors, and knows nothing of ``calibrated_by``, ``baseline``,
# ``evaluation``, ``runs`` and ``over_seeds`` either.
FORMAT: Final = 3
FORMATS: Final = (1, 2, 3)
CARD_FILE = "card.json"
# A card of a thousand classes has some 200 kB; nothing honest comes near this.
MAX_CARD_BYTES = 4 * 1024 * 1024

# Bounds beyond which float32 would overflow into NaN somewhere on the way to a probability.
Deviation = Annotated[float, Meta(ge=0.001, le=10.0)]
Temperature = Annotated[float, Meta(ge=0.01, le=100.0)]
PictureSide = Annotated[int, Meta(ge=1, le=4096)]


class Architecture(Part, frozen=True, kw_only=True):
    """Which network the weights belong to: a name in the registry and its arguments.

    An ONNX file brings its network along; its name then only says where it came from.
    """

    name: str
    arguments: dict[str, int | tuple[int, ...]]


class InputFormat(Part, frozen=True, kw_only=True):
    """What the network takes: size in pixels, mode as Pillow names it, normalisation.

    A pixel p of 0 to 255 enters the network as ``(p / 255 - mean) / std``, by channel.
    """

    height: PictureSide
    width: PictureSide
    mode: Literal["L", "RGB"]
    mean: tuple[Fraction, ...]
    std: tuple[Deviation, ...]

    @property
    def channels(self) -> int:
        """1 for grey pictures, 3 for RGB."""
        return len(self.mode)

    @property
    def image_shape(self) -> tuple[int, ...]:
        """The shape of one picture as numpy sees it: (H, W) grey, (H, W, 3) RGB."""
        grey = (self.height, self.width)
        return grey if self.mode == "L" else (*grey, 3)


class Weights(Part, frozen=True, kw_only=True):
    """The file that the card describes; its format decides its name."""

    format: Literal["safetensors", "onnx"]
    sha256: Sha256
    parameter_count: Count


class Card(Part, frozen=True, kw_only=True):
    """A model card, version 1, 2 or 3."""

    format: Literal[1, 2, 3]
    name: Name
    architecture: Architecture
    input: InputFormat
    class_names: tuple[ClassName, ...]
    temperature: Temperature = 1.0
    scaling: ScalingRecord | None = None
    calibrated_by: CalibrationRecord | None = None
    weights: Weights
    training: TrainingRecord | None = None
    measurements: tuple[Measurement, ...] = ()
    baseline: BaselineRecord | None = None
    evaluation: EvaluationRecord | None = None
    runs: tuple[RunRecord, ...] = ()
    over_seeds: SeedsRecord | None = None
    speed: SpeedRecord | None = None
    licence: str


def read_card(path: Path) -> Card:
    """The card in that file.

    Raises:
        InvalidCard: it is missing, too large, not JSON, or a field is not as it must be; the
            message names the field, what was expected and what came.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_CARD_BYTES + 1)
    except OSError as error:
        raise InvalidCard(f"{path}: expected a card, got {error.strerror}") from error
    if len(content) > MAX_CARD_BYTES:
        raise InvalidCard(f"{path}: expected at most {MAX_CARD_BYTES} bytes, got more")
    try:
        return parse_card(content)
    except InvalidCard as error:
        raise InvalidCard(f"{path}: {error}") from error


def parse_card(content: bytes) -> Card:
    """The card in those bytes of JSON.

    Raises:
        InvalidCard: as for ``read_card``, without the path.
    """
    try:
        raw = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidCard(f"expected JSON, got something else ({error})") from error
    if isinstance(raw, dict) and raw.get("format") not in FORMATS:
        known = f"{', '.join(map(str, FORMATS[:-1]))} or {FORMATS[-1]}"
        raise InvalidCard(f"format: expected {known}, got {raw.get('format')!r}")
    try:
        card = msgspec.convert(raw, Card)
    except msgspec.ValidationError as error:
        raise InvalidCard(_explain(error, raw)) from error
    _check(card)
    return card


def write_card(path: Path, card: Card) -> Card:
    """Write the card as indented JSON; the card that ``read_card`` gives back.

    Raises:
        InvalidCard: the card is one that ``read_card`` would refuse.
    """
    content = msgspec.json.encode(card)
    card = parse_card(content)
    path.write_bytes(msgspec.json.format(content, indent=2) + b"\n")
    return card


def training_of(card: Card) -> TrainingRecord:
    """How the card's weights came about.

    Raises:
        ClassifierError: the card does not say, as those of networks that were trained elsewhere.
    """
    if card.training is None:
        raise ClassifierError(
            f"{card.name}: expected a card that says how it was trained, got one without 'training'"
        )
    return card.training


def _explain(error: msgspec.ValidationError, raw: Any) -> str:
    """The field by its dotted path, what was expected (msgspec says it) and what came."""
    expectation, _, location = str(error).partition(" - at `$")
    location = location.rstrip("`").lstrip(".")
    value = raw
    for key in location.replace("[", ".").replace("]", "").split(".") if location else ():
        # `[...]` stands for a key of a mapping; the whole mapping is shown then.
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
    shown = repr(value)
    shown = shown if len(shown) <= 80 else shown[:77] + "..."
    expectation = expectation[:1].lower() + expectation[1:].partition(", got ")[0]
    return f"{location or 'card'}: {expectation}, got {shown}"


def _check(card: Card) -> None:
    """What concerns more than one field, or what a JSON type cannot say."""
    if card.format == 1:
        _check_format_1(card)
    if card.scaling is not None:
        _check_scaling(card, card.scaling)
    for field, values in (("input.mean", card.input.mean), ("input.std", card.input.std)):
        if len(values) != card.input.channels:
            raise InvalidCard(
                f"{field}: expected {card.input.channels} numbers for mode {card.input.mode}, "
                f"got {len(values)}"
            )
    if len(card.class_names) < 2:
        raise InvalidCard(f"class_names: expected at least 2, got {len(card.class_names)}")
    if len(set(card.class_names)) != len(card.class_names):
        raise InvalidCard(f"class_names: expected distinct names, got {list(card.class_names)}")
    if card.baseline is not None:
        _check_baseline(card.baseline, len(card.class_names))
    seeds = [run.seed for run in card.runs]
    if len(set(seeds)) != len(seeds):
        raise InvalidCard(f"runs: expected distinct seeds, got {seeds}")
    if card.over_seeds is not None and card.over_seeds.count != len(seeds):
        raise InvalidCard(
            f"over_seeds.count: expected that of 'runs', {len(seeds)}, got {card.over_seeds.count}"
        )


def _check_format_1(card: Card) -> None:
    for what, is_new in (
        ("without training", card.training is None),
        ("with calibrated_by", card.calibrated_by is not None),
        ("with baseline", card.baseline is not None),
        ("with evaluation", card.evaluation is not None),
        ("with runs", bool(card.runs)),
        ("with over_seeds", card.over_seeds is not None),
        ("with weights.format onnx", card.weights.format == "onnx"),
    ):
        if is_new:
            raise InvalidCard(f"format: expected 2 for a card {what}, got 1")


def _check_scaling(card: Card, scaling: ScalingRecord) -> None:
    if card.format < 3:
        raise InvalidCard(f"format: expected 3 for a card with scaling, got {card.format}")
    if card.temperature != 1.0:
        raise InvalidCard(f"temperature: expected 1 beside 'scaling', got {card.temperature:g}")
    for field, values in (("scales", scaling.scales), ("offsets", scaling.offsets)):
        if len(values) != len(card.class_names):
            raise InvalidCard(
                f"scaling.{field}: expected one for each of {len(card.class_names)} classes, "
                f"got {len(values)}"
            )


def _check_baseline(baseline: BaselineRecord, classes: int) -> None:
    if len(baseline.class_counts) != classes:
        raise InvalidCard(
            f"baseline.class_counts: expected one for each of {classes} classes, "
            f"got {len(baseline.class_counts)}"
        )
    for field, counts in (
        ("class_counts", baseline.class_counts),
        ("confidence_counts", baseline.confidence_counts),
    ):
        if sum(counts) != baseline.images:
            raise InvalidCard(
                f"baseline.{field}: expected counts of {baseline.images} images, got {sum(counts)}"
            )
