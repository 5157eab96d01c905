"""Learning from a larger classifier's answers beside the labels (Hinton et al. 2015)."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from analysis.classifiers import architectures, packages
from analysis.classifiers.architectures import Normalise
from analysis.classifiers.card import CARD_FILE, Card, read_card, training_of
from analysis.classifiers.devices import fast_dtype
from analysis.errors import TrainingError
from analysis.labelled_images import LabelledImages
from analysis.training.recipes import Recipe


class Teacher:
    """A trained network whose answers are learned from; it does not change.

    Args:
        card: of its package.
        network: in evaluation mode.
        device: where it answers.
    """

    def __init__(self, card: Card, network: nn.Module, device: torch.device) -> None:
        self.card = card
        self._network = network.to(device)
        self._normalise = Normalise(card.input.mean, card.input.std).to(device)

    @torch.no_grad()
    def logits(self, images: Tensor) -> Tensor:
        """For uint8 pictures (B, C, H, W) float32 (B, classes), before any calibration."""
        dtype = fast_dtype(images.device)
        with torch.autocast(images.device.type, dtype=dtype, enabled=dtype != torch.float32):
            logits: Tensor = self._network(self._normalise(images))
        return logits.float()


def load_teacher(
    name: str,
    part: LabelledImages,
    *,
    models_dir: Path,
    keeps_back: bool,
    device: torch.device,
) -> Teacher:
    """The package of that name as a teacher of those pictures.

    Where the package has within it the one by which all was chosen, that one is the teacher, so
    that what is trained on everything learns from the same answers as what kept pictures back.

    Args:
        name: of a package in ``models_dir``.
        part: what is to be trained on.
        models_dir: where packages lie.
        keeps_back: whether a validation part is kept back from ``part``.
        device: where it answers.

    Raises:
        TrainingError: it takes other pictures or tells other classes apart, or it has seen what
            is kept back, which would make the pupil look better than it is.
        ClassifierError: no such package, one that cannot be read, or one that does not say what it
            was trained on where that matters.
    """
    folder = packages.find(name, models_dir=models_dir)
    folder = packages.kept_back(folder) or folder
    card = read_card(folder / CARD_FILE)
    wanted, taken = (part.images.shape[1:], part.class_names), card.input.image_shape
    if (taken, card.class_names) != wanted:
        raise TrainingError(
            f"teacher: expected one for pictures of {wanted[0]} and {list(wanted[1])}, "
            f"got {name} for {taken} and {list(card.class_names)}"
        )
    if keeps_back and training_of(card).sha256 != part.sha256():
        raise TrainingError(
            f"teacher: expected one trained on the same pictures, so that it has seen none of "
            f"those that are kept back, got {name}, trained on others (or another seed's)"
        )
    return Teacher(card, architectures.fold(packages.read_network(folder, card)), device)


def training_loss(
    logits: Tensor, truth: Tensor, recipe: Recipe, *, teacher_logits: Tensor | None = None
) -> Tensor:
    """The mean loss of a batch.

    Cross-entropy with label smoothing; with a teacher ``(1 - w)`` times that plus ``w T^2`` times
    the Kullback-Leibler divergence of the teacher's softmax at temperature T from the pupil's.

    Args:
        logits: float32, (B, classes).
        truth: int64, (B,).
        recipe: smoothing, w and T.
        teacher_logits: float32, (B, classes).
    """
    loss = functional.cross_entropy(logits, truth, label_smoothing=recipe.label_smoothing)
    if teacher_logits is None:
        return loss
    temperature = recipe.distillation_temperature
    divergence = functional.kl_div(
        functional.log_softmax(logits / temperature, dim=1),
        functional.log_softmax(teacher_logits / temperature, dim=1),
        reduction="batchmean",
        log_target=True,
    )
    weight = recipe.distillation_weight
    return (1.0 - weight) * loss + weight * temperature**2 * divergence
