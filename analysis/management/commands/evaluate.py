"""``python manage.py evaluate``: how good a shipped or freshly trained classifier is."""

import dataclasses
import json
import logging
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from analysis.classifiers import packages
from analysis.classifiers.card import CARD_FILE, Card, Measurement, SpeedRecord, write_card
from analysis.classifiers.devices import processor_name
from analysis.classifiers.checked import CheckedClassifier
from analysis.classifiers.speed import SustainedRate, sustained_rate
from analysis.errors import AnalysisError
from analysis.training.evaluation import Evaluation, evaluate
from analysis.training.runs import Part, evaluation_part
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

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, measure, log and write."""
        name: str = options["name"]
        part: Part = options["split"]
        path: Path = options["json"] or settings.VAR_DIR / "evaluations" / f"{name}-{part}.json"
        try:
            classifier = packages.load(name, models_dir=settings.MODELS_DIR)
            images = evaluation_part(classifier.card, part)
            evaluation = evaluate(classifier, images)
            rate = sustained_rate(classifier)
            document = _document(classifier, part, images.sha256(), evaluation, rate)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
            if options["record"]:
                folder = packages.find(name, models_dir=settings.MODELS_DIR)
                card = _with_record(classifier.card, part, evaluation, rate)
                write_card(folder / CARD_FILE, card)
        except (AnalysisError, DatasetError, OSError) as error:
            raise CommandError(str(error)) from error
        logger.info(
            "%s on the %d pictures of %s: accuracy %.2f %%, calibration error %.4f",
            name,
            evaluation.images,
            part,
            100 * evaluation.accuracy,
            evaluation.expected_calibration_error,
        )
        logger.info(
            "%s here: %.0f images/s in batches of %d, single image p50 %.2f ms, p99 %.2f ms",
            name,
            rate.images_per_second,
            rate.batch_size,
            rate.single_image_p50_ms,
            rate.single_image_p99_ms,
        )
        logger.info("wrote %s", path)


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
        "dataset": classifier.card.training.dataset,
        "part": part,
        "data_sha256": data_sha256,
        **dataclasses.asdict(evaluation),
        "speed": dataclasses.asdict(rate),
    }


def _with_record(card: Card, part: Part, evaluation: Evaluation, rate: SustainedRate) -> Card:
    """The card with what was measured in place of what it said of this part before."""
    measurement = Measurement(
        dataset=card.training.dataset,
        part=part,
        images=evaluation.images,
        accuracy=evaluation.accuracy,
        expected_calibration_error=evaluation.expected_calibration_error,
    )
    others = tuple(known for known in card.measurements if known.part != part)
    return msgspec.structs.replace(
        card,
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
