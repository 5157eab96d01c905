"""``python manage.py evaluate``: how good a shipped or freshly trained classifier is."""

import dataclasses
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import rich
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from analysis.classifiers import packages
from analysis.classifiers.card import CARD_FILE, Card, read_card, training_of
from analysis.classifiers.checked import CheckedClassifier
from analysis.classifiers.records import BaselineRecord, Measurement, RunRecord
from analysis.classifiers.speed import SustainedRate, sustained_rate
from analysis.errors import AnalysisError, TrainingError
from analysis.evaluation import recording
from analysis.evaluation.metrics import Evaluation, evaluate
from analysis.evaluation.protocol import FullEvaluation, evaluate_fully, evaluate_run
from analysis.labelled_images import LabelledImages
from analysis.management.commands.train import at_least
from analysis.training.kept_back import Part, evaluation_part, known_pictures
from streaming.errors import DatasetError

logger = logging.getLogger(__name__)

FORMAT = 1


class Command(BaseCommand):
    """Evaluate a classifier, log its accuracy and write everything measured as JSON."""

    help = "Evaluate a classifier on the test or validation part of its dataset."
    requires_system_checks = []  # nothing here needs the database or the URL map

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("name", help="of a model package")
        parser.add_argument("--split", choices=["test", "validation"], default="test")
        parser.add_argument(
            "--json", type=Path, help="default: evaluations/NAME-SPLIT.json under var/"
        )
        parser.add_argument(
            "--record", action="store_true", help="keep accuracy and speed in the package's card"
        )
        parser.add_argument(
            "--full",
            action="store_true",
            help="the whole protocol on the test part, kept in the card and in its README.md",
        )
        parser.add_argument(
            "--threads", type=at_least(1), default=1, help="of the CPU, for predictions and speed"
        )
        parser.add_argument(
            "--runs",
            nargs="+",
            type=Path,
            default=[],
            metavar="FOLDER",
            help="with --full: packages of the same recipe trained with other seeds; "
            "default: those in the package's own folder seeds/",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, measure, log and write."""
        name: str = options["name"]
        part: Part = options["split"]
        threads: int = options["threads"]
        if options["full"] and part != "test":
            raise CommandError(f"--full: expected --split test, got {part}")
        if options["runs"] and not options["full"]:
            raise CommandError("--runs: expected with --full, got it alone")
        path: Path = options["json"] or settings.VAR_DIR / "evaluations" / f"{name}-{part}.json"
        try:
            folder = packages.find(name, models_dir=settings.MODELS_DIR)
            others: list[Path] = options["runs"]
            if options["full"] and not others:
                others = packages.other_seeds(folder)
            # Another run that does not fit is refused before minutes of work.
            _check_runs(read_card(folder / CARD_FILE), others)
            classifier = packages.load(name, models_dir=settings.MODELS_DIR, threads=threads)
            images = evaluation_part(classifier.card, part)
            full = _evaluate_fully(classifier, images) if options["full"] else None
            evaluation = full.plain if full else evaluate(classifier, images)
            rate = sustained_rate(classifier)
            measurement = _measurement(classifier, part, evaluation)
            card = recording.with_measurement(
                classifier.card,
                measurement,
                rate,
                threads=threads,
                baseline=_baseline(measurement, evaluation),
            )
            document = _document(classifier, part, images.sha256(), evaluation, rate)
            if full:
                runs = [_run(other) for other in others]
                card = recording.with_evaluation(card, full.record, runs)
                document["full"] = msgspec.to_builtins(full.record)
                document["runs"] = msgspec.to_builtins(card.runs)
                document["over_seeds"] = msgspec.to_builtins(card.over_seeds)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
            if options["record"] or full:
                recording.write_record(folder, card)
        except (AnalysisError, DatasetError, OSError) as error:
            raise CommandError(str(error)) from error
        _log(name, part, evaluation, rate, threads)
        if full:
            _log_full(name, full)
            _log_seeds(name, card)
        logger.info("wrote %s", path)


def _evaluate_fully(classifier: CheckedClassifier, images: LabelledImages) -> FullEvaluation:
    known = known_pictures(classifier.card)
    with _progress() as on_progress:
        return evaluate_fully(classifier, images, known, on_progress=on_progress)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar where a terminal watches; elsewhere a log line for each thing that begins."""
    console = rich.get_console()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    last = ""
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("evaluating", total=None)

        def on_progress(what: str, done: int, total: int) -> None:
            nonlocal last
            if what != last and not console.is_terminal:
                logger.info("evaluating: %s (%.0f %%)", what, 100 * done / total)
            last = what
            progress.update(task, description=what, completed=done, total=total)

        yield on_progress


def _check_runs(card: Card, folders: Sequence[Path]) -> None:
    others = [read_card(folder / CARD_FILE) for folder in folders]
    for other in others:
        recording.check_another_run(card, other)
    seeds = [training_of(other).seed for other in others]
    if len(set(seeds)) != len(seeds):
        raise TrainingError(f"--runs: expected packages of distinct seeds, got {seeds}")


def _run(folder: Path) -> RunRecord:
    classifier = packages.load(folder, models_dir=settings.MODELS_DIR)
    # A folder that has no test part of its own gives each seed another one.
    run = evaluate_run(classifier, evaluation_part(classifier.card, "test"))
    logger.info(
        "%s, seed %d: accuracy %.2f %%, flip-averaged %.2f %%",
        folder.name,
        run.seed,
        100 * run.accuracy,
        100 * run.flip_averaged_accuracy,
    )
    return run


def _measurement(classifier: CheckedClassifier, part: Part, evaluation: Evaluation) -> Measurement:
    return Measurement(
        dataset=training_of(classifier.card).dataset,
        part=part,
        images=evaluation.images,
        accuracy=evaluation.accuracy,
        expected_calibration_error=evaluation.expected_calibration_error,
    )


def _baseline(measurement: Measurement, evaluation: Evaluation) -> BaselineRecord:
    return BaselineRecord(
        dataset=measurement.dataset,
        part=measurement.part,
        images=evaluation.images,
        class_counts=evaluation.class_counts,
        confidence_counts=evaluation.confidence_counts,
    )


def _document(
    classifier: CheckedClassifier,
    part: Part,
    data_sha256: str,
    evaluation: Evaluation,
    rate: SustainedRate,
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "classifier": classifier.card.name,
        "classifier_sha256": classifier.sha256,
        "parameter_count": classifier.parameter_count,
        "dataset": training_of(classifier.card).dataset,
        "part": part,
        "data_sha256": data_sha256,
        **dataclasses.asdict(evaluation),
        "speed": dataclasses.asdict(rate),
    }


def _log(name: str, part: Part, evaluation: Evaluation, rate: SustainedRate, threads: int) -> None:
    logger.info(
        "%s on the %d pictures of %s: accuracy %.2f %%, calibration error %.4f",
        name,
        evaluation.images,
        part,
        100 * evaluation.accuracy,
        evaluation.expected_calibration_error,
    )
    logger.info(
        "%s here, threads %d: %.0f images/s in batches of %d, single image p50 %.2f ms, "
        "p99 %.2f ms",
        name,
        threads,
        rate.images_per_second,
        rate.batch_size,
        rate.single_image_p50_ms,
        rate.single_image_p99_ms,
    )


def _log_full(name: str, full: FullEvaluation) -> None:
    record = full.record
    logger.info(
        "%s: 95 %% interval %.2f to %.2f %%, flip-averaged %.2f %%, "
        "calibration error %.4f before scaling",
        name,
        *(100 * bound for bound in record.interval),
        100 * record.flip_averaged_accuracy,
        record.unscaled_calibration_error,
    )
    without = record.near_duplicates.accuracy
    logger.info(
        "%s: %d near-duplicates in train, accuracy without them %s",
        name,
        record.near_duplicates.found,
        "unknown" if without is None else f"{100 * without:.2f} %",
    )
    for corruption in record.corruptions:
        shown = ", ".join(f"{100 * accuracy:.2f}" for accuracy in corruption.accuracies)
        logger.info("%s under %s, weak to strong: %s %%", name, corruption.kind, shown)


def _log_seeds(name: str, card: Card) -> None:
    if (seeds := card.over_seeds) is not None:
        logger.info(
            "%s over %d seeds: accuracy %.2f %%, standard deviation %.2f",
            name,
            seeds.count,
            100 * seeds.accuracy_mean,
            100 * seeds.accuracy_deviation,
        )
