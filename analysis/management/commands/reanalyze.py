"""``python manage.py reanalyze``: another classifier over everything that was streamed before."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser

from analysis.classifiers import DEFAULT_CLASSIFIER
from analysis.management.arguments import add_run_arguments
from analysis.management.running import Options, run_command, run_new_session
from analysis.signals import StopSignals
from streaming.datasets.pickles import DatasetReader


class Command(BaseCommand):
    """Have the frames of a session streamed again, as fast as they are classified.

    They come as a session of its own, linked to the first, under the same sequences, so that what
    two classifiers said can be compared frame by frame. Stored and acknowledged, interrupted and
    resumed it is as any other; and it ends with the exit codes of ``analyze``.
    """

    help = "Run another classifier over everything that a session streamed, or a whole dataset."
    requires_system_checks = []  # the server's settings and database are of no concern here

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "again",
            metavar="SESSION|DATASET",
            help="a session's UUID; or a dataset that was served: its pickle, its hash or its name",
        )
        parser.add_argument(
            "--classifier",
            default=DEFAULT_CLASSIFIER,
            help="name of a model package (default %(default)s)",
        )
        add_run_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one session."""
        run_command(_reanalyse, options)


def _reanalyse(options: Options, signals: StopSignals) -> None:
    asked = {"fps": 0.0, **frames_again(options["again"])}
    run_new_session(options["classifier"], asked, options, signals)


def frames_again(text: str) -> dict[str, Any]:
    """The fields of ``Open`` that ask for these frames once more.

    Args:
        text: A session's id; else the path of a dataset pickle that is here, of which only the
            hash is told; else a dataset's hash or name, which the server may know.

    Raises:
        DatasetError: the file is no valid dataset pickle.
    """
    try:
        return {"repeats": UUID(text)}
    except ValueError:
        pass
    path = Path(text)
    if not path.is_file():
        return {"dataset": text}
    with DatasetReader.open(path) as dataset:
        return {"dataset": dataset.sha256}
