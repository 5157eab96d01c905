"""The whole protocol by which a classifier is judged, on pictures that chose nothing.

``docs/reference/evaluation.md`` says what each number means and how it comes about.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.classifiers.calibration import Calibration, softmax
from analysis.classifiers.card import training_of
from analysis.classifiers.interface import ImageClassifier
from analysis.classifiers.records import (
    ClassRecord,
    CorruptionRecord,
    EvaluationRecord,
    NearDuplicateRecord,
    RunRecord,
)
from analysis.evaluation.corruptions import KINDS, STRENGTHS, corrupt
from analysis.evaluation.duplicates import NEAR_DUPLICATE_CORRELATION, nearest_correlations
from analysis.evaluation.metrics import Evaluation, evaluate, expected_calibration_error
from analysis.evaluation.statistics import wilson_interval
from analysis.labelled_images import LabelledImages

CORRUPTION_SEED = 0
# Pictures between two reports of progress.
REPORTED = 1_000

OnProgress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class FullEvaluation:
    """What the protocol gives.

    Attributes:
        plain: scores and confusion matrix without any averaging.
        record: what the card keeps.
    """

    plain: Evaluation
    record: EvaluationRecord


def evaluate_fully(
    classifier: ImageClassifier,
    test: LabelledImages,
    known: LabelledImages,
    *,
    on_progress: OnProgress = lambda what, done, total: None,
) -> FullEvaluation:
    """Everything that the protocol asks of one classifier, except its speed.

    Args:
        classifier: whose card says how it was calibrated.
        test: pictures that neither trained nor chose anything.
        known: every picture that its training could see, among which near-duplicates are looked
            for.
        on_progress: called with what is being done, how much of it is done and how much
            there is.

    Raises:
        TrainingError: no test pictures, or their classes are not the classifier's.
        InvalidImages: they are not of the classifier's input size and mode.
        ClassifierError: its card does not say how it was trained.
    """
    plain = evaluate(classifier, test)
    rounds = 2 + sum(len(STRENGTHS[kind]) for kind in KINDS)
    finished = 0

    def predict(images: npt.NDArray[np.uint8], what: str) -> npt.NDArray[np.float32]:
        nonlocal finished
        parts = []
        for start in range(0, len(images), REPORTED):
            parts.append(classifier.predict(images[start : start + REPORTED]))
            done = finished * len(images) + min(start + REPORTED, len(images))
            on_progress(what, done, rounds * len(images))
        finished += 1
        return np.concatenate(parts)

    probabilities = predict(test.images, "as they are")
    is_right = probabilities.argmax(axis=1) == test.labels
    mirrored = (probabilities + predict(test.images[:, :, ::-1], "mirrored")) / 2
    is_right_mirrored = mirrored.argmax(axis=1) == test.labels
    corruptions = []
    for kind in KINDS:
        accuracies = []
        for strength in range(1, len(STRENGTHS[kind]) + 1):
            worse = corrupt(test.images, kind, strength, seed=CORRUPTION_SEED)
            said = predict(worse, f"{kind}, strength {strength}").argmax(axis=1)
            accuracies.append(float((said == test.labels).mean()))
        corruptions.append(CorruptionRecord(kind=kind, accuracies=tuple(accuracies)))
    unscaled = softmax(Calibration(classifier.card).centred_logits(probabilities))
    record = EvaluationRecord(
        dataset=training_of(classifier.card).dataset,
        sha256=test.sha256(),
        images=len(test),
        accuracy=float(is_right.mean()),
        interval=wilson_interval(int(is_right.sum()), len(test)),
        flip_averaged_accuracy=float(is_right_mirrored.mean()),
        flip_averaged_interval=wilson_interval(int(is_right_mirrored.sum()), len(test)),
        near_duplicates=_near_duplicates(test, known, is_right, on_progress),
        corruption_seed=CORRUPTION_SEED,
        corruptions=tuple(corruptions),
        unscaled_calibration_error=expected_calibration_error(unscaled, test.labels),
        expected_calibration_error=expected_calibration_error(probabilities, test.labels),
        class_scores=tuple(
            ClassRecord(**dataclasses.asdict(scores)) for scores in plain.class_scores
        ),
    )
    return FullEvaluation(plain=plain, record=record)


def evaluate_run(classifier: ImageClassifier, test: LabelledImages) -> RunRecord:
    """What the training of that seed reached, without and with flip-averaging, and no more.

    Raises:
        TrainingError, InvalidImages, ClassifierError: as for ``evaluate_fully``.
    """
    accuracy = evaluate(classifier, test).accuracy
    mean = classifier.predict(test.images) + classifier.predict(test.images[:, :, ::-1])
    return RunRecord(
        seed=training_of(classifier.card).seed,
        accuracy=accuracy,
        flip_averaged_accuracy=float((mean.argmax(axis=1) == test.labels).mean()),
    )


def _near_duplicates(
    test: LabelledImages,
    known: LabelledImages,
    is_right: npt.NDArray[np.bool_],
    on_progress: OnProgress,
) -> NearDuplicateRecord:
    what = "looking for near-duplicates"
    correlations = nearest_correlations(
        test.images,
        known.images,
        on_block=lambda done, total: on_progress(what, done, total),
    )
    is_apart = correlations < NEAR_DUPLICATE_CORRELATION
    kept = int(is_apart.sum())
    return NearDuplicateRecord(
        correlation=NEAR_DUPLICATE_CORRELATION,
        found=len(test) - kept,
        images=kept,
        accuracy=float(is_right[is_apart].mean()) if kept else None,
    )
