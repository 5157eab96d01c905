"""A package's calibration: fitted on what was kept back, or that of a package that did so."""

import logging

import msgspec
import numpy as np
import numpy.typing as npt

from analysis.classifiers.calibration import Calibration
from analysis.classifiers.card import FORMAT, Card, training_of
from analysis.classifiers.records import BaselineRecord, CalibrationRecord, Measurement
from analysis.errors import TrainingError
from analysis.evaluation.metrics import confidence_counts, expected_calibration_error
from analysis.evaluation.recording import check_same_recipe
from analysis.labelled_images import LabelledImages
from analysis.training.kept_back import evaluation_part, known_pictures
from analysis.training.logit_scaling import fit_scaling

logger = logging.getLogger(__name__)


def calibrated_by(card: Card, part: LabelledImages, source: Card) -> Card:
    """The card with the calibration of ``source``, and a record of where it comes from.

    ``source`` must have fitted it on pictures that it kept back, and those with the ones it was
    trained on must be the pictures that the card's package is trained on: no test picture has a
    part in it. What was measured with another calibration is left out.

    Args:
        card: of a package that keeps nothing back.
        part: what that is trained on.
        source: the card of a package of the same recipe on the same dataset, by any seed.

    Raises:
        TrainingError: the card's package keeps pictures back itself, or ``source`` is of another
            recipe or dataset, kept nothing back, was not calibrated, or knows other pictures.
        ClassifierError: a card that does not say how its package was trained.
        streaming.errors.DatasetError: the dataset cannot be obtained.
        OSError: a folder cannot be listed.
    """
    card = _unmeasured(card)
    if training_of(card).trained_on != "all":
        raise TrainingError(
            f"calibration: expected {card.name} to be trained on 'all' to take that of "
            f"{source.name}; what it keeps back itself is the better measure"
        )
    check_same_recipe(card, source)
    # Only if what it was trained on is found again, bit by bit, is the rest what it kept back.
    kept_back = evaluation_part(source, "validation")
    if all(measured.part != "validation" for measured in source.measurements):
        raise TrainingError(
            f"calibration: expected {source.name} to have a measurement on its validation part, "
            "got none: its calibration was fitted on nothing"
        )
    if known_pictures(source).sha256_in_any_order() != part.sha256_in_any_order():
        raise TrainingError(
            f"calibration: expected {source.name} to know the pictures that {card.name} is trained "
            "on and no others; another seed shares out a folder or pickle otherwise"
        )
    logger.info(
        "calibration of %s, fitted on %d pictures that it kept back",
        source.name,
        len(kept_back),
    )
    return msgspec.structs.replace(
        card,
        temperature=source.temperature,
        scaling=source.scaling,
        calibrated_by=CalibrationRecord(
            name=source.name,
            seed=training_of(source).seed,
            images=len(kept_back),
            sha256=source.weights.sha256,
        ),
    )


def calibrated_on(card: Card, logits: npt.NDArray[np.float32], validation: LabelledImages) -> Card:
    """The card with the scaling that fits what was kept back, and how it answers there.

    What was measured with another calibration is left out.

    Args:
        card: of the package; it says what its dataset is.
        logits: (N, classes) of the pictures kept back.
        validation: those pictures.

    Raises:
        TrainingError: there are none.
        ClassifierError: the card does not say how it was trained.
    """
    scaling = fit_scaling(logits, validation.labels)
    card = msgspec.structs.replace(
        _unmeasured(card), temperature=1.0, scaling=scaling, calibrated_by=None
    )
    probabilities = Calibration(card).probabilities(logits)
    predictions = probabilities.argmax(axis=1)
    accuracy = float((predictions == validation.labels).mean())
    error = expected_calibration_error(probabilities, validation.labels)
    logger.info(
        "validation: accuracy %.2f %%, calibration error %.4f after scaling",
        100 * accuracy,
        error,
    )
    dataset = training_of(card).dataset
    return msgspec.structs.replace(
        card,
        measurements=(
            Measurement(
                dataset=dataset,
                part="validation",
                images=len(validation),
                accuracy=accuracy,
                expected_calibration_error=error,
            ),
        ),
        baseline=BaselineRecord(
            dataset=dataset,
            part="validation",
            images=len(validation),
            class_counts=tuple(np.bincount(predictions, minlength=len(card.class_names)).tolist()),
            confidence_counts=confidence_counts(probabilities),
        ),
    )


def _unmeasured(card: Card) -> Card:
    """Of the newest format, and without what another calibration would have made otherwise."""
    return msgspec.structs.replace(
        card,
        format=FORMAT,
        measurements=(),
        baseline=None,
        evaluation=None,
        runs=(),
        over_seeds=None,
    )
