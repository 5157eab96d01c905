"""What an evaluation leaves in a package: its numbers in the card, and the page made of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from analysis.classifiers.card import CARD_FILE, FORMAT, Card, training_of, write_card
from analysis.classifiers.devices import processor_name
from analysis.classifiers.records import (
    BaselineRecord,
    EvaluationRecord,
    Measurement,
    RunRecord,
    SeedsRecord,
    SpeedRecord,
)
from analysis.classifiers.speed import SustainedRate
from analysis.errors import TrainingError
from analysis.evaluation.model_card import MODEL_CARD_FILE, render_model_card
from analysis.evaluation.statistics import mean_and_deviation


def with_measurement(
    card: Card,
    measurement: Measurement,
    rate: SustainedRate,
    *,
    threads: int = 1,
    baseline: BaselineRecord | None = None,
) -> Card:
    """The card, of the newest format, with this in place of what it said of that part before.

    Args:
        card: of the package that was measured.
        measurement: on one part.
        rate: what it sustained.
        threads: with how many.
        baseline: how it answered there. That of a validation part, to which nothing was fitted
            but the calibration, stays before that of a test part.
    """
    others = tuple(known for known in card.measurements if known.part != measurement.part)
    return msgspec.structs.replace(
        card,
        format=FORMAT,
        measurements=(*others, measurement),
        baseline=_preferred(card.baseline, baseline),
        speed=SpeedRecord(
            images_per_second=rate.images_per_second,
            batch_size=rate.batch_size,
            single_image_p50_ms=rate.single_image_p50_ms,
            single_image_p99_ms=rate.single_image_p99_ms,
            threads=threads,
            processor=processor_name(),
        ),
    )


def with_evaluation(card: Card, record: EvaluationRecord, others: Sequence[RunRecord]) -> Card:
    """The card with the whole evaluation, and with its own run and the others by seed.

    A run that the card has already is replaced where its seed was evaluated again. Of two seeds
    and more, the card gets mean and standard deviation too.

    Raises:
        ClassifierError: the card does not say how it was trained.
    """
    own = RunRecord(
        seed=training_of(card).seed,
        accuracy=record.accuracy,
        flip_averaged_accuracy=record.flip_averaged_accuracy,
    )
    by_seed = {run.seed: run for run in (*card.runs, *others, own)}
    runs = tuple(by_seed[seed] for seed in sorted(by_seed))
    return msgspec.structs.replace(
        card, format=FORMAT, evaluation=record, runs=runs, over_seeds=_over_seeds(runs)
    )


def _preferred(known: BaselineRecord | None, new: BaselineRecord | None) -> BaselineRecord | None:
    if known is None or new is None:
        return new or known
    return known if (known.part, new.part) == ("validation", "test") else new


def check_same_recipe(card: Card, other: Card) -> None:
    """Refuse a package that was not trained by the card's recipe on the card's dataset.

    Which of its pictures were kept back, and so the normalisation, may differ, and so may the seed.

    Raises:
        TrainingError: the message names what differs.
        ClassifierError: a card that does not say how it was trained.
    """
    own, its = training_of(card), training_of(other)
    pairs: dict[str, tuple[object, object]] = {
        "recipe": (own.recipe, its.recipe),
        **_hyperparameter_pairs(own.hyperparameters, its.hyperparameters),
        "epochs": (own.epochs, its.epochs),
        "dataset": (own.dataset, its.dataset),
        "architecture": (card.architecture, other.architecture),
        "input": (card.input.image_shape, other.input.image_shape),
        "class_names": (card.class_names, other.class_names),
    }
    for field, (expected, got) in pairs.items():
        if expected != got:
            raise TrainingError(
                f"{other.name}: expected the {field} of {card.name}, {expected}, got {got}"
            )


def check_another_run(card: Card, other: Card) -> None:
    """Refuse a package that is not the card's training with another seed.

    Raises:
        TrainingError, ClassifierError: as for ``check_same_recipe``.
    """
    check_same_recipe(card, other)
    own, its = training_of(card), training_of(other)
    if own.trained_on != its.trained_on:
        raise TrainingError(
            f"{other.name}: expected the trained_on of {card.name}, {own.trained_on}, "
            f"got {its.trained_on}"
        )
    if own.seed == its.seed:
        raise TrainingError(
            f"{other.name}: expected another seed than that of {card.name}, got {own.seed} too"
        )


def write_record(folder: Path, card: Card) -> Card:
    """Write the card and, where it has a whole evaluation, the page; the card as it is read back.

    Raises:
        InvalidCard: the card is one that could not be read back.
        OSError: the folder cannot be written.
    """
    card = write_card(folder / CARD_FILE, card)
    if card.evaluation is not None:
        (folder / MODEL_CARD_FILE).write_text(render_model_card(card), encoding="utf-8")
    return card


def _over_seeds(runs: Sequence[RunRecord]) -> SeedsRecord | None:
    accuracy = mean_and_deviation([run.accuracy for run in runs])
    flip_averaged = mean_and_deviation([run.flip_averaged_accuracy for run in runs])
    if accuracy[1] is None or flip_averaged[1] is None:
        return None
    return SeedsRecord(
        count=len(runs),
        accuracy_mean=accuracy[0],
        accuracy_deviation=accuracy[1],
        flip_averaged_accuracy_mean=flip_averaged[0],
        flip_averaged_accuracy_deviation=flip_averaged[1],
    )


def _hyperparameter_pairs(
    own: Mapping[str, Any], its: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    # Through JSON, which knows no tuples: one of the cards may never have been written.
    own, its = (msgspec.json.decode(msgspec.json.encode(one)) for one in (own, its))
    return {
        f"hyperparameters.{name}": (own.get(name), its.get(name))
        for name in sorted(own.keys() | its.keys())
    }
