"""``manage.py makedataset``: a dataset pickle of frames drawn from Fashion-MNIST."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import rich
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from numpy.typing import NDArray
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from streaming.datasets.fashion_mnist import CLASS_NAMES, Split
from streaming.datasets.headers import MAX_FRAMES
from streaming.datasets.library import fashion_mnist_split
from streaming.datasets.pickles import (
    Batch,
    DatasetHeader,
    DatasetReader,
    write_dataset,
)
from streaming.datasets.sampling import MAX_SEED, draw_indices
from streaming.errors import DatasetError

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Write a dataset pickle for ``runstream``."""

    help = "Write a dataset pickle of frames, with their labels, drawn from Fashion-MNIST by seed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("--count", type=int, required=True, help="how many frames")
        parser.add_argument(
            "--split", choices=["train", "test"], default="test", help="drawn from (default: test)"
        )
        parser.add_argument(
            "--seed", type=int, default=0, help="the same seed draws the same frames (default: 0)"
        )
        parser.add_argument(
            "--output",
            type=Path,
            help="the file; default: fashion-mnist-SPLIT-COUNT-SEED.pickle in var/datasets",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw, write, and check what was written."""
        count, seed, split = options["count"], options["seed"], cast(Split, options["split"])
        if not 1 <= count <= MAX_FRAMES:
            raise CommandError(f"--count must be from 1 to {MAX_FRAMES:,}, not {count:,}.")
        if not 0 <= seed <= MAX_SEED:
            raise CommandError(f"--seed must be from 0 to {MAX_SEED:,}, not {seed:,}.")
        name = f"fashion-mnist-{split}-{count}-{seed}.pickle"
        path = options["output"] or settings.VAR_DIR / "datasets" / name
        try:
            _make(path, split, count, seed)
        except DatasetError as error:
            raise CommandError(str(error)) from error


def _make(path: Path, split: Split, count: int, seed: int) -> None:
    images, labels = fashion_mnist_split(split)
    header = DatasetHeader(
        name="fashion-mnist",
        split=split,
        seed=seed,
        count=count,
        height=images.shape[1],
        width=images.shape[2],
        channels=1,
        class_names=CLASS_NAMES,
        labelled=True,
    )
    write_dataset(path, header, _shown(_drawn(images, labels, count, seed), count))
    with DatasetReader.open(path) as reader:
        logger.info(
            "wrote %s: %s frames, %s bytes, SHA-256 %s",
            path,
            f"{reader.header.count:,}",
            f"{path.stat().st_size:,}",
            reader.sha256,
        )


def _drawn(
    images: NDArray[np.uint8], labels: NDArray[np.uint8], count: int, seed: int
) -> Iterator[Batch]:
    for indices in draw_indices(len(images), count, seed=seed):
        yield images[indices], labels[indices]


def _shown(batches: Iterator[Batch], count: int) -> Iterator[Batch]:
    """The batches, with a progress bar on a terminal and a log line each tenth elsewhere."""
    console = rich.get_console()
    if console.is_terminal:
        columns = (
            TextColumn("writing frames"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("", total=count)
            for batch in batches:
                yield batch
                progress.advance(task, len(batch[0]))
        return
    done = tenths = 0
    for batch in batches:
        yield batch
        done += len(batch[0])
        if done * 10 // count > tenths:
            tenths = done * 10 // count
            logger.info("wrote %s of %s frames", f"{done:,}", f"{count:,}")
