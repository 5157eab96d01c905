"""``python manage.py train``: a dataset and a recipe in, a model package out."""

import dataclasses
import logging
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

import rich
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from analysis.classifiers.devices import resolve_device
from analysis.errors import AnalysisError
from analysis.memory import keep_freed_memory
from analysis.training.checkpoints import EpochReport
from analysis.training.data import DATASETS
from analysis.training.loop import Watch
from analysis.training.processes import joined_processes
from analysis.training.recipes import RECIPES, recipe_named
from analysis.training.runs import Run, run_training
from streaming.errors import DatasetError

logger = logging.getLogger(__name__)


def at_least(minimum: int) -> Any:
    """An argument type: an integer of at least ``minimum``."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = minimum - 1
        if number < minimum:
            raise ArgumentTypeError(f"expected an integer of at least {minimum}, got {text!r}")
        return number

    return parse


class Command(BaseCommand):
    """Train a classifier and write its model package."""

    help = "Train a classifier by a recipe and write its model package."
    requires_system_checks = []  # nothing here needs the database or the URL map

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--dataset",
            default="fashion-mnist",
            help=f"{', '.join(sorted(DATASETS))}, a folder of class folders or a dataset pickle",
        )
        parser.add_argument("--recipe", required=True, choices=sorted(RECIPES))
        parser.add_argument(
            "--output", required=True, type=Path, help="folder of the package, models/NAME"
        )
        parser.add_argument("--seed", type=at_least(0), default=0)
        parser.add_argument("--epochs", type=at_least(1), help="instead of the recipe's")
        parser.add_argument(
            "--train-on",
            choices=["train", "all"],
            default="train",
            help="train keeps a validation part back; all uses every picture",
        )
        parser.add_argument(
            "--calibrated-by",
            type=Path,
            metavar="FOLDER",
            help="with --train-on all: a package of the same recipe that kept a validation part "
            "back, whose calibration to take",
        )
        parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
        parser.add_argument(
            "--resume",
            action="store_true",
            help="go on from the checkpoint in the folder where there is one",
        )
        parser.add_argument("--licence", default="not given", help="of the weights, for the card")

    def handle(self, *args: Any, **options: Any) -> None:
        """Train, with a progress bar where a terminal watches and a log line an epoch."""
        keep_freed_memory()
        recipe = recipe_named(options["recipe"])
        if options["epochs"] is not None:
            recipe = dataclasses.replace(recipe, epochs=options["epochs"])
        run = Run(
            recipe_name=options["recipe"],
            recipe=recipe,
            dataset=options["dataset"],
            train_on=options["train_on"],
            seed=options["seed"],
            licence=options["licence"],
            models_dir=settings.MODELS_DIR,
            calibrated_by=options["calibrated_by"],
        )
        folder: Path = options["output"].resolve()
        try:
            with joined_processes(resolve_device(options["device"])) as (processes, device):
                with _progress(enabled=processes.is_lead) as progress:
                    card = run_training(
                        run,
                        folder,
                        device=device,
                        resume=options["resume"],
                        watch=_watch(progress, recipe.epochs),
                        processes=processes,
                    )
        except (AnalysisError, DatasetError, OSError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as interrupt:
            raise CommandError(
                "stopped; --resume goes on after the last whole epoch"
            ) from interrupt
        if card is not None:
            logger.info(
                "wrote %s: %d parameters, SHA-256 %s",
                folder,
                card.weights.parameter_count,
                card.weights.sha256,
            )


def _progress(*, enabled: bool) -> Progress:
    """A bar where a terminal watches."""
    console = rich.get_console()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[status]}"),
        console=console,
        disable=not (enabled and console.is_terminal),
    )


def _watch(progress: Progress, epochs: int) -> Watch:
    """The bar moves with each batch, and each epoch is logged."""
    task = progress.add_task("training", total=None, status="")

    def on_batch(done: int, total: int) -> None:
        progress.update(task, completed=done, total=total)

    def on_epoch(report: EpochReport) -> None:
        progress.update(task, status=_status(report))
        logger.info("epoch %d of %d: %s", report.epoch, epochs, _status(report))

    return Watch(on_batch=on_batch, on_epoch=on_epoch)


def _status(report: EpochReport) -> str:
    validation = (
        ""
        if report.validation_accuracy is None
        else f", validation accuracy {100 * report.validation_accuracy:.2f} %"
    )
    return (
        f"loss {report.loss:.4f}, accuracy {100 * report.accuracy:.2f} %{validation}, "
        f"{report.images_per_second:.0f} images/s, {report.seconds:.1f} s"
    )
