"""Records of an evaluation as a card keeps them, with numbers that a test can find again."""

from typing import Any

import msgspec

from analysis.classifiers.records import (
    ClassRecord,
    CorruptionRecord,
    EvaluationRecord,
    NearDuplicateRecord,
    RunRecord,
)


def tiny_evaluation(**changes: Any) -> EvaluationRecord:
    """An evaluation of 30 pictures with those fields changed."""
    record = EvaluationRecord(
        dataset="stripes",
        sha256="2" * 64,
        images=30,
        accuracy=0.9,
        interval=(0.74, 0.965),
        flip_averaged_accuracy=0.8,
        flip_averaged_interval=(0.627, 0.905),
        near_duplicates=NearDuplicateRecord(correlation=0.99, found=6, images=24, accuracy=0.875),
        corruption_seed=0,
        corruptions=(
            CorruptionRecord(kind="noise", accuracies=(0.8, 0.7, 0.6, 0.5, 0.4)),
            CorruptionRecord(kind="blur", accuracies=(0.9, 0.8, 0.7, 0.6, 0.5)),
        ),
        unscaled_calibration_error=0.1234,
        expected_calibration_error=0.0123,
        class_scores=(
            ClassRecord(class_name="dark", images=10, precision=0.5, recall=0.25, f1=1 / 3),
            ClassRecord(class_name="left", images=20, precision=None, recall=0.0, f1=0.0),
            ClassRecord(class_name="right", images=0, precision=0.0, recall=None, f1=0.0),
        ),
    )
    return msgspec.structs.replace(record, **changes)


def tiny_run(seed: int, accuracy: float = 0.9) -> RunRecord:
    """A run of that seed, its flip-averaged accuracy a tenth lower."""
    return RunRecord(seed=seed, accuracy=accuracy, flip_averaged_accuracy=accuracy - 0.1)
