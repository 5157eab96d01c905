"""``python manage.py calibrate``: another calibration for packages, their weights as they are."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.classifiers import packages
from analysis.classifiers.calibration import Calibration
from analysis.classifiers.card import CARD_FILE, Card, read_card, write_card
from analysis.errors import AnalysisError
from analysis.evaluation.model_card import MODEL_CARD_FILE
from analysis.training.calibration import calibrated_by, calibrated_on
from analysis.training.kept_back import evaluation_part, known_pictures
from streaming.errors import DatasetError

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Fit packages' calibration on what they kept back, or take that of one that did so."""

    help = "Calibrate model packages anew, without training."
    requires_system_checks = []  # nothing here needs the database or the URL map

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("folder", nargs="+", type=Path, help="of a model package")
        parser.add_argument(
            "--calibrated-by",
            type=Path,
            metavar="FOLDER",
            help="for packages that kept nothing back: one of the same recipe that did, whose "
            "calibration to take",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Calibrate each in turn."""
        source: Path | None = options["calibrated_by"]
        try:
            for folder in options["folder"]:
                _calibrate(folder, source)
        except (AnalysisError, DatasetError, OSError) as error:
            raise CommandError(str(error)) from error


def _calibrate(folder: Path, source: Path | None) -> None:
    before = read_card(folder / CARD_FILE)
    if source is None:
        card = _on_what_it_kept_back(folder, before)
    else:
        card = calibrated_by(before, known_pictures(before), read_card(source / CARD_FILE))
    write_card(folder / CARD_FILE, card)
    if before.evaluation is not None:
        (folder / MODEL_CARD_FILE).unlink(missing_ok=True)
        logger.warning(
            "%s: its evaluation was of the calibration before and is gone; run evaluate --full",
            folder,
        )
    logger.info("wrote %s", folder / CARD_FILE)


def _on_what_it_kept_back(folder: Path, card: Card) -> Card:
    validation = evaluation_part(card, "validation")
    classifier = packages.load(folder, models_dir=settings.MODELS_DIR)
    logits = Calibration(card).centred_logits(classifier.predict(validation.images))
    return calibrated_on(card, logits.astype(np.float32), validation)
