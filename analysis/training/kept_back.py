"""Which pictures a package's training saw and which it kept back, found again from its card."""

from pathlib import Path
from typing import Literal

from analysis.classifiers.card import Card, training_of
from analysis.errors import TrainingError
from analysis.labelled_images import LabelledImages
from analysis.training.data import is_named, load_split, stratified_split
from analysis.training.parts import Parts, Sharing, load_parts

Part = Literal["validation", "test"]


def evaluation_part(card: Card, part: Part) -> LabelledImages:
    """The labelled pictures that a package is evaluated on, of the dataset it was trained on.

    Args:
        card: the package's.
        part: ``test``, or ``validation`` for what its training kept back.

    Raises:
        TrainingError: nothing was kept back, or a dataset that is not known here or has changed.
        ClassifierError: the card does not say how it was trained.
        streaming.errors.DatasetError: the dataset cannot be obtained.
        OSError: a folder cannot be listed.
    """
    record = training_of(card)
    if part == "validation" and record.trained_on != "train":
        raise _nothing_kept_back(card)
    if not is_named(record.dataset):
        parts = _parts_of_path(card)
        return parts.test if part == "test" else parts.validation
    if part == "test":
        return load_split(record.dataset, "test").adjusted(card.input)
    count = record.hyperparameters.get("validation_count")
    if not isinstance(count, int):
        raise _nothing_kept_back(card)
    everything = load_split(record.dataset, "train").adjusted(card.input)
    trained_on, kept_back = stratified_split(
        everything.labels, validation_count=count, seed=record.seed
    )
    if everything.take(trained_on).sha256() != record.sha256:
        raise _other_pictures(card)
    return everything.take(kept_back)


def known_pictures(card: Card) -> LabelledImages:
    """Every picture that a package's training could see: all of its dataset but the test part.

    What was kept back for validation is among them, since it served the choices.

    Args:
        card: the package's.

    Raises:
        as for ``evaluation_part``, but for nothing that was kept back.
    """
    dataset = training_of(card).dataset
    if is_named(dataset):
        return load_split(dataset, "train").adjusted(card.input)
    parts = _parts_of_path(card)
    return parts.train.with_more(parts.validation)


def _parts_of_path(card: Card) -> Parts:
    record = training_of(card)
    # Other shares than those of the training give other pictures, which is noticed below.
    validation_share, test_share = (
        share if isinstance(share := record.hyperparameters.get(key), float) else 0.0
        for key in ("validation_share", "test_share")
    )
    sharing = Sharing(validation_share, test_share, seed=record.seed)
    parts = load_parts(Path(record.dataset), card.input, sharing)
    trained_on = parts.train
    if record.trained_on == "all":
        trained_on = parts.train.with_more(parts.validation)
    if trained_on.sha256() != record.sha256:
        raise _other_pictures(card)
    return parts


def _other_pictures(card: Card) -> TrainingError:
    # Split anew, it would be evaluated on pictures that it was trained on.
    return TrainingError(
        f"{training_of(card).dataset}: expected the pictures that {card.name} was trained on, "
        "got others: some were added, removed, changed or shared out otherwise since"
    )


def _nothing_kept_back(card: Card) -> TrainingError:
    return TrainingError(
        f"validation: expected a classifier trained on 'train', got {card.name}, "
        f"trained on {training_of(card).trained_on!r}: it kept nothing back"
    )
