"""Getting to know datasets and classifiers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from results.models import Classifier, Dataset


def register_dataset(  # pylint: disable=too-many-arguments  # one a field of the header
    *,
    sha256: str,
    name: str,
    split: str,
    seed: int | None,
    count: int,
    height: int,
    width: int,
    channels: int,
    class_names: Sequence[str],
    labelled: bool,
    path: str,
) -> Dataset:
    """The dataset of that hash, made current: a server streams it from ``path`` from now on.

    Args:
        sha256: Of the dataset's file, in hex.
        count: Frames, each ``(height, width, channels)``.
        labelled: Whether the file has a label for every frame.
    """
    dataset, _ = Dataset.objects.update_or_create(
        sha256=sha256,
        defaults={
            "name": name,
            "split": split,
            "seed": seed,
            "count": count,
            "height": height,
            "width": width,
            "channels": channels,
            "class_names": list(class_names),
            "labelled": labelled,
            "path": path,
            "last_served_at": timezone.now(),
        },
    )
    return dataset


def register_classifier(
    *,
    name: str,
    sha256: str,
    class_names: Sequence[str],
    parameter_count: int,
    card: Mapping[str, Any],
) -> Classifier:
    """The classifier of that name and hash of weights; what was said of it first stays.

    A baseline that its card lacked is added: the classifier has been measured since.
    """
    classifier, is_new = Classifier.objects.get_or_create(
        name=name,
        sha256=sha256,
        defaults={
            "class_names": list(class_names),
            "parameter_count": parameter_count,
            "card": dict(card),
        },
    )
    if not is_new and classifier.card.get("baseline") is None and card.get("baseline") is not None:
        classifier.card = {**classifier.card, "baseline": card["baseline"]}
        classifier.save(update_fields=["card"])
    return classifier
