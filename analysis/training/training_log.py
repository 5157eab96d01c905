"""How a package was trained, as a page that people read: ``training.md`` beside it. Pure."""

import datetime
import shlex
import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from analysis.classifiers.card import Card, training_of
from analysis.classifiers.records import TrainingRecord
from analysis.evaluation.markdown import cell, percent, table
from analysis.evaluation.model_card import scaling_words
from analysis.training.checkpoints import EpochReport

TRAINING_LOG_FILE = "training.md"

# A curve of about so many rows is told at a glance; curves.png has every epoch.
CURVE_ROWS = 10


def render_training_log(
    card: Card, reports: Sequence[EpochReport], *, machine: str, finished: datetime.date
) -> str:
    """The training as Markdown: how to repeat it, recipe, curve and what came of it.

    Args:
        card: of the package, as it was written.
        reports: one for each epoch, from the first, at least 1.
        machine: on which the last of them ran, in a few words.
        finished: on which day.

    Raises:
        ClassifierError: the card does not say how it was trained.
    """
    record = training_of(card)
    blocks = [
        f"# How {card.name} was trained",
        "Written by `python manage.py train`, which replaces it when it trains anew.",
        "    " + _command(card, record),
        table(("", ""), _facts(card, record, reports, machine, finished)),
        "## Recipe",
        table(("", record.recipe), _hyperparameters(record)),
        "## Curve",
        table(
            ("epoch", "loss", "accuracy, augmented training pictures", *_validation_head(reports)),
            (_row(reports[epoch - 1]) for epoch in curve_epochs(len(reports))),
        ),
        "The weights are the running average after the last step, whatever the epochs before it "
        "reached.",
        *_results(card),
    ]
    return "\n\n".join(blocks) + "\n"


def curve_epochs(count: int) -> list[int]:
    """The epochs that the curve shows: the first, the last, and some at even distances between.

    >>> curve_epochs(40)
    [1, 5, 10, 15, 20, 25, 30, 35, 40]
    """
    steps = (digit * 10**power for power in range(len(str(count))) for digit in (1, 2, 5))
    step = next(step for step in steps if step * CURVE_ROWS >= count)
    return sorted({1, *range(step, count + 1, step), count})


def _command(card: Card, record: TrainingRecord) -> str:
    arguments = {
        "--dataset": record.dataset,
        "--recipe": record.recipe,
        "--output": f"models/{card.name}",
        "--seed": str(record.seed),
        "--epochs": str(record.epochs),
        "--train-on": record.trained_on,
        "--licence": card.licence,
    }
    if card.calibrated_by is not None:
        arguments["--calibrated-by"] = f"models/{card.calibrated_by.name}"
    words = [word for argument in arguments.items() for word in argument]
    # On one line, or it would leave the block that shows it.
    return " ".join(shlex.join(["python", "manage.py", "train", *words]).split())


def _facts(
    card: Card,
    record: TrainingRecord,
    reports: Sequence[EpochReport],
    machine: str,
    finished: datetime.date,
) -> Iterable[tuple[str, str]]:
    yield "finished", finished.isoformat()
    yield "machine", cell(machine)
    seconds = [report.seconds for report in reports]
    yield (
        "duration",
        f"{_duration(sum(seconds))} in {len(reports)} epochs, half of them within "
        f"{_duration(statistics.median(seconds))} each",
    )
    yield "seed", str(record.seed)
    yield "trained on", f"{record.images:,} pictures of {cell(record.dataset)}"
    yield "SHA-256 of these", f"`{record.sha256}`"
    yield "network", f"{cell(card.architecture.name)}, {card.weights.parameter_count:,} parameters"


def _hyperparameters(record: TrainingRecord) -> Iterable[tuple[str, str]]:
    for name, value in record.hyperparameters.items():
        yield f"`{name}`", cell(_shown(value))


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _validation_head(reports: Sequence[EpochReport]) -> tuple[str, ...]:
    is_validated = reports[0].validation_loss is not None
    return ("loss, validation", "accuracy, validation") if is_validated else ()


def _row(report: EpochReport) -> tuple[str, ...]:
    row = (str(report.epoch), f"{report.loss:.4f}", percent(report.accuracy))
    if report.validation_loss is None:
        return row
    return (*row, f"{report.validation_loss:.4f}", percent(report.validation_accuracy))


def _results(card: Card) -> Iterable[str]:
    for measured in card.measurements:
        yield (
            f"On the {measured.images:,} pictures that were kept back: accuracy "
            f"{percent(measured.accuracy)}, calibration error "
            f"{measured.expected_calibration_error:.4f} after {scaling_words(card)}, fitted on "
            "them."
        )
    if (source := card.calibrated_by) is not None:
        yield (
            f"Nothing was kept back. The calibration, {scaling_words(card)}, is that of "
            f"{cell(source.name)} (seed {source.seed}), trained by the same recipe with "
            f"{source.images:,} pictures kept back."
        )
    elif not card.measurements:
        yield "Nothing was kept back, and the logits are not scaled."


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
