"""``python manage.py train``: a dataset and a recipe in, a model package out."""

import dataclasses
import logging
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

import rich
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from analysis.classifiers.devices import resolve_device
from analysis.errors import AnalysisError
from analysis.training.data import DATASETS
from analysis.training.loop import EpochReport
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
        parser.add_argument("--dataset", default="fashion-mnist", choices=sorted(DATASETS))
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
        parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
        parser.add_argument("--licence", default="not given", help="of the weights, for the card")

    def handle(self, *args: Any, **options: Any) -> None:
        """Train, with a progress bar where a terminal watches and a log line an epoch."""
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
        )
        folder: Path = options["output"].resolve()
        console = rich.get_console()
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[status]}"),
        )
        with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
            task = progress.add_task("training", total=None, status="")

            def on_epoch(report: EpochReport) -> None:
                progress.update(task, status=_status(report))
                logger.info("epoch %d of %d: %s", report.epoch, recipe.epochs, _status(report))

            def on_batch(done: int, total: int) -> None:
                progress.update(task, completed=done, total=total)

            try:
                card = run_training(
                    run,
                    folder,
                    device=resolve_device(options["device"]),
                    on_batch=on_batch,
                    on_epoch=on_epoch,
                )
            except (AnalysisError, DatasetError, OSError) as error:
                raise CommandError(str(error)) from error
        logger.info(
            "wrote %s: %d parameters, SHA-256 %s",
            folder,
            card.weights.parameter_count,
            card.weights.sha256,
        )


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
