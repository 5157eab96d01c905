"""What a card keeps of training and measuring: parts of ``card.json``, read as strictly as it."""

from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from results.summary import HISTOGRAM_BINS

Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
# A class name travels in every session, whose protocol takes no longer one.
ClassName = Annotated[str, Meta(min_length=1, max_length=100)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Meta(ge=1)]
Fraction = Annotated[float, Meta(ge=0.0, le=1.0)]
Positive = Annotated[float, Meta(gt=0.0)]
# Of a logit: bounds beyond which float32 would overflow on the way to a probability.
SCALE_RANGE: Final = (0.01, 100.0)
OFFSET_RANGE: Final = (-100.0, 100.0)
Scale = Annotated[float, Meta(ge=SCALE_RANGE[0], le=SCALE_RANGE[1])]
Offset = Annotated[float, Meta(ge=OFFSET_RANGE[0], le=OFFSET_RANGE[1])]


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a card: immutable, and nothing in it that is not declared."""


class TrainingRecord(Part, frozen=True, kw_only=True):
    """How the weights came about. ``sha256`` is that of the pictures and labels trained on."""

    recipe: str
    hyperparameters: dict[str, Any]
    epochs: Count
    seed: int
    dataset: str
    trained_on: Literal["train", "all"]
    images: Count
    sha256: Sha256


class ScalingRecord(Part, frozen=True, kw_only=True):
    """Vector scaling (Guo et al. 2017): what each class's logit is multiplied by, and then added.

    Logits are those of one picture less their mean; ``Calibration`` applies it.
    """

    scales: tuple[Scale, ...]
    offsets: tuple[Offset, ...]


class CalibrationRecord(Part, frozen=True, kw_only=True):
    """Whose calibration a package has that kept nothing back to fit one on.

    That of the same recipe on the same pictures, ``images`` of which it kept back; ``sha256`` is
    that of its weights.
    """

    name: Name
    seed: int
    images: Count
    sha256: Sha256


class Measurement(Part, frozen=True, kw_only=True):
    """What the shipped weights reached on one part of a dataset, once."""

    dataset: str
    part: Literal["validation", "test"]
    images: Count
    accuracy: Fraction
    expected_calibration_error: Fraction


class BaselineRecord(Part, frozen=True, kw_only=True):
    """What a stream is held against: how the weights answered on one part of a dataset.

    ``class_counts`` has how many pictures were taken for each class, ``confidence_counts`` how
    many of the top class's confidences lie in each of 20 bins of equal width, the upper edge in
    the last.
    """

    dataset: str
    part: Literal["validation", "test"]
    images: Count
    class_counts: tuple[Annotated[int, Meta(ge=0)], ...]
    confidence_counts: Annotated[
        tuple[Annotated[int, Meta(ge=0)], ...],
        Meta(min_length=HISTOGRAM_BINS, max_length=HISTOGRAM_BINS),
    ]


class SpeedRecord(Part, frozen=True, kw_only=True):
    """What the weights sustained, on which machine."""

    images_per_second: Positive
    batch_size: Count
    single_image_p50_ms: Positive
    single_image_p99_ms: Positive
    threads: Count
    processor: str


class RunRecord(Part, frozen=True, kw_only=True):
    """What one training of the recipe, by its seed, reached on the test part, evaluated once.

    ``flip_averaged_accuracy`` is that of the mean over each picture and its mirror image.
    """

    seed: int
    accuracy: Fraction
    flip_averaged_accuracy: Fraction


class SeedsRecord(Part, frozen=True, kw_only=True):
    """Mean and sample standard deviation (n - 1) over the ``count`` of the card's ``runs``."""

    count: Annotated[int, Meta(ge=2)]
    accuracy_mean: Fraction
    accuracy_deviation: Fraction
    flip_averaged_accuracy_mean: Fraction
    flip_averaged_accuracy_deviation: Fraction


class ClassRecord(Part, frozen=True, kw_only=True):
    """How one class fared; a score whose denominator is 0 is None."""

    class_name: ClassName
    images: Annotated[int, Meta(ge=0)]
    precision: Fraction | None
    recall: Fraction | None
    f1: Fraction | None


class NearDuplicateRecord(Part, frozen=True, kw_only=True):
    """Test pictures that are almost one of the training pictures, and the accuracy without them.

    ``correlation`` is the threshold from which two pictures count as almost the same.
    ``accuracy`` is that on the ``images`` without a near-duplicate; None where none is left.
    """

    correlation: Fraction
    found: Annotated[int, Meta(ge=0)]
    images: Annotated[int, Meta(ge=0)]
    accuracy: Fraction | None


class CorruptionRecord(Part, frozen=True, kw_only=True):
    """Accuracy under one kind of corruption, from its weakest strength to its strongest."""

    kind: str
    accuracies: Annotated[tuple[Fraction, ...], Meta(min_length=1)]


class EvaluationRecord(Part, frozen=True, kw_only=True):
    """The whole protocol, on the test part, of the package's own weights.

    Intervals are 95 % ones of a single run. ``unscaled_calibration_error`` is that at
    temperature 1, ``expected_calibration_error`` that of the card's calibration.
    """

    dataset: str
    sha256: Sha256
    images: Count
    accuracy: Fraction
    interval: tuple[Fraction, Fraction]
    flip_averaged_accuracy: Fraction
    flip_averaged_interval: tuple[Fraction, Fraction]
    near_duplicates: NearDuplicateRecord
    corruption_seed: int
    corruptions: tuple[CorruptionRecord, ...]
    unscaled_calibration_error: Fraction
    expected_calibration_error: Fraction
    class_scores: tuple[ClassRecord, ...]
