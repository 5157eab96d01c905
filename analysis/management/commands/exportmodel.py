"""``python manage.py exportmodel``: a model package whose weights are an ONNX file."""

import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.classifiers import packages
from analysis.classifiers.card import CARD_FILE, read_card
from analysis.classifiers.onnx_export import export_package
from analysis.errors import AnalysisError

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Export a classifier as a package with ONNX weights, checked against the original."""

    help = "Export a classifier to ONNX, checked to give the same probabilities."
    requires_system_checks = []  # nothing here needs the database or the URL map

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("name", help="of a model package")
        parser.add_argument(
            "--output",
            type=Path,
            metavar="PATH",
            help="folder of the new package; default: exports/NAME-onnx under var/",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Export, check and write."""
        name: str = options["name"]
        output: Path = options["output"] or settings.VAR_DIR / "exports" / f"{name}-onnx"
        folder = output.resolve()
        try:
            source = packages.find(name, models_dir=settings.MODELS_DIR)
            if folder == source.resolve():
                raise CommandError(f"--output: expected another folder than {source}'s own")
            card = read_card(source / CARD_FILE)
            network = packages.read_network(source, card)
            card, difference = export_package(network, card, folder)
        except (AnalysisError, OSError) as error:
            raise CommandError(str(error)) from error
        logger.info(
            "wrote %s: ONNX, SHA-256 %s, probabilities within %.1e of the original's",
            folder,
            card.weights.sha256,
            difference,
        )
