"""What an evaluation leaves in a package: its numbers in the card, and the page made of it."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from analysis.classifiers.card import CARD_FILE, FORMAT, Card, write_card
from analysis.classifiers.devices import processor_name
from analysis.classifiers.records import EvaluationRecord, Measurement, RunRecord, SpeedRecord
from analysis.classifiers.speed import SustainedRate
from analysis.errors import TrainingError
from analysis.evaluation.model_card import MODEL_CARD_FILE, render_model_card


def with_measurement(card: Card, measurement: Measurement, rate: SustainedRate) -> Card:
    """The card, of the newest format, with this in place of what it said of that part before."""
    others = tuple(known for known in card.measurements if known.part != measurement.part)
    return msgspec.structs.replace(
        card,
        format=FORMAT,
        measurements=(*others, measurement),
        speed=SpeedRecord(
            images_per_second=rate.images_per_second,
            batch_size=rate.batch_size,
            single_image_p50_ms=rate.single_image_p50_ms,
            single_image_p99_ms=rate.single_image_p99_ms,
            threads=1,
            processor=processor_name(),
        ),
    )


def with_evaluation(card: Card, record: EvaluationRecord, others: Sequence[RunRecord]) -> Card:
    """The card with the whole evaluation, and with its own run and the others by seed.

    A run that the card has already is replaced where its seed was evaluated again.
    """
    own = RunRecord(
        seed=card.training.seed,
        accuracy=record.accuracy,
        flip_averaged_accuracy=record.flip_averaged_accuracy,
    )
    runs = {run.seed: run for run in (*card.runs, *others, own)}
    return msgspec.structs.replace(
        card,
        format=FORMAT,
        evaluation=record,
        runs=tuple(runs[seed] for seed in sorted(runs)),
    )


def check_same_recipe(card: Card, other: Card) -> None:
    """Refuse a run that is not the card's training with another seed.

    Raises:
        TrainingError: the message names what differs.
    """
    pairs = {
        "recipe": (card.training.recipe, other.training.recipe),
        "hyperparameters": (card.training.hyperparameters, other.training.hyperparameters),
        "epochs": (card.training.epochs, other.training.epochs),
        "dataset": (card.training.dataset, other.training.dataset),
        "trained_on": (card.training.trained_on, other.training.trained_on),
        "architecture": (card.architecture, other.architecture),
    }
    for field, (expected, got) in pairs.items():
        if expected != got:
            raise TrainingError(
                f"run {other.name}: expected the {field} of {card.name}, {expected}, got {got}"
            )
    if card.training.seed == other.training.seed:
        raise TrainingError(
            f"run {other.name}: expected another seed than that of {card.name}, "
            f"got {card.training.seed} too"
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
