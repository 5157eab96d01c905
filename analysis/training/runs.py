"""One training run from dataset to model package."""

import dataclasses
import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from analysis.classifiers import architectures, packages
from analysis.classifiers.architectures import Normalise
from analysis.classifiers.calibration import Calibration
from analysis.classifiers.card import (
    CARD_FILE,
    FORMAT,
    Architecture,
    Card,
    InputFormat,
    TrainingRecord,
    Weights,
    read_card,
)
from analysis.classifiers.devices import fast_dtype, processor_name
from analysis.evaluation.metrics import confusion_matrix
from analysis.labelled_images import LabelledImages
from analysis.training import charts
from analysis.training.calibration import calibrated_by, calibrated_on
from analysis.training.checkpoints import Checkpoint, CheckpointFile
from analysis.training.data import (
    is_named,
    load_split,
    measure_normalisation,
    stratified_split,
)
from analysis.training.distillation import Teacher, load_teacher
from analysis.training.folders import SetAside
from analysis.training.loop import Watch, predict_logits, train
from analysis.training.parts import Sharing, load_parts
from analysis.training.processes import ALONE, Processes
from analysis.training.recipes import Recipe
from analysis.training.training_log import TRAINING_LOG_FILE, render_training_log

logger = logging.getLogger(__name__)

# Beside the checkpoint; the first lists the files of a dataset that were no pictures.
SET_ASIDE_FILE = "set-aside.txt"
CURVES_FILE = "curves.png"
CONFUSION_FILE = "confusion.png"

TrainOn = Literal["train", "all"]


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run is made of.

    Attributes:
        recipe_name: as the card will name it.
        recipe: every hyper-parameter.
        dataset: a name that ``load_split`` takes, or a path that ``load_parts`` takes.
        train_on: ``train`` keeps a validation part back, by seed; ``all`` uses every picture
            of the training split, for a recipe in which nothing is left to choose.
        seed: decides the split, the first weights, the order and the augmentation.
        licence: of the weights, as an SPDX identifier.
        calibrated_by: folder of a package of the same recipe that kept pictures back, whose
            calibration a run on ``all`` takes.
        models_dir: where the recipe's teacher is looked for.
    """

    recipe_name: str
    recipe: Recipe
    dataset: str
    train_on: TrainOn
    seed: int
    licence: str
    models_dir: Path = Path("models")
    calibrated_by: Path | None = None


def run_training(
    run: Run,
    folder: Path,
    *,
    device: torch.device,
    resume: bool = False,
    watch: Watch = Watch(),
    processes: Processes = ALONE,
) -> Card | None:
    """Train as the run says and write the package; its folder's name becomes its name.

    The calibration is fitted on the validation part. Without one it is that of the run's
    ``calibrated_by``, else none: fitted on pictures that were trained on it would flatter.

    Args:
        run: what to train.
        folder: of the package, of the checkpoint and the curves that are kept after each epoch,
            of the validation part's confusion matrix, and of a log of the training.
        device: to train on.
        resume: go on from the folder's checkpoint where there is one, else begin.
        watch: who is told of batches and epochs.
        processes: this one among those that train together.

    Returns:
        The package's card; None in the processes that leave writing it to the lead.

    Raises:
        TrainingError: the recipe or dataset cannot be trained, a checkpoint of another run, or a
            package whose calibration cannot be taken.
        ClassifierError: a teacher that cannot be loaded.
        InvalidCard: the recipe's network cannot be built, or the folder's name is no name.
        streaming.errors.DatasetError: the dataset cannot be obtained.
        OSError: the folder cannot be written.
    """
    part, validation, set_aside = _pictures(run)
    normalisation = measure_normalisation(part.images)
    normalise = Normalise(*normalisation)
    network = new_network(run.recipe, part, seed=run.seed).to(device)
    teacher = None
    if run.recipe.teacher is not None:
        teacher = load_teacher(
            run.recipe.teacher,
            part,
            models_dir=run.models_dir,
            keeps_back=validation is not None,
            device=device,
        )
    card = _card(run, folder.name, part, normalisation=normalisation)
    if run.calibrated_by is not None:
        # Before the training, so that nothing is trained for a package that does not fit.
        card = calibrated_by(card, part, read_card(run.calibrated_by / CARD_FILE))
    checkpoint_file = CheckpointFile(folder, _identity(run, part, teacher, processes))
    start = checkpoint_file.load() if resume else None
    if processes.is_lead:
        logger.info(
            "training %s (%d parameters) on %d pictures of %s for %d epochs on %s, seed %d",
            run.recipe_name,
            architectures.count_parameters(network),
            len(part),
            run.dataset,
            run.recipe.epochs,
            device,
            run.seed,
        )
        if start is not None:
            logger.info("going on after epoch %d of %s", len(start.reports), checkpoint_file.path)
        if set_aside:
            _list_set_aside(folder / SET_ASIDE_FILE, set_aside)
        watch = dataclasses.replace(watch, on_checkpoint=_keep(folder, checkpoint_file))
    network = train(
        network,
        run.recipe,
        part,
        validation=validation,
        normalise=normalise,
        seed=run.seed,
        teacher=teacher,
        start=start,
        watch=watch if processes.is_lead else Watch(),
        processes=processes,
    )
    if not processes.is_lead:
        return None
    if validation is not None:
        logits = predict_logits(network, validation.images, normalise=normalise.cpu())
        card = calibrated_on(card, logits, validation)
        probabilities = Calibration(card).probabilities(logits)
        _draw_confusion(folder / CONFUSION_FILE, probabilities, validation)
    card = packages.save(folder, network, card)
    _write_log(folder, card, checkpoint_file, _machine(device, processes))
    return card


def _pictures(run: Run) -> tuple[LabelledImages, LabelledImages | None, tuple[SetAside, ...]]:
    """What to train on, what was kept back and what was no picture."""
    recipe = run.recipe
    if not is_named(run.dataset):
        sharing = Sharing(recipe.validation_share, recipe.test_share, run.seed)
        parts = load_parts(Path(run.dataset), recipe.wanted_input(), sharing)
        if run.train_on == "all":
            return parts.train.with_more(parts.validation), None, parts.set_aside
        return parts.train, parts.validation, parts.set_aside
    everything = load_split(run.dataset, "train")
    everything = everything.adjusted(recipe.wanted_input(everything))
    if run.train_on == "all":
        return everything, None, ()
    return *split(everything, recipe, seed=run.seed), ()


def _keep(folder: Path, checkpoint_file: CheckpointFile) -> Callable[[Checkpoint], None]:
    def keep(checkpoint: Checkpoint) -> None:
        checkpoint_file.save(checkpoint)
        charts.draw_curves(checkpoint.reports).save(folder / CURVES_FILE)

    return keep


def _draw_confusion(
    path: Path, probabilities: npt.NDArray[np.float32], validation: LabelledImages
) -> None:
    class_names = validation.class_names
    confusion = confusion_matrix(
        validation.labels, probabilities.argmax(axis=1), class_count=len(class_names)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    charts.draw_confusion(confusion, class_names).save(path)


def _write_log(folder: Path, card: Card, checkpoint_file: CheckpointFile, machine: str) -> None:
    # There, and not collected on the way: a resumed training has not seen all of its epochs.
    checkpoint = checkpoint_file.load()
    reports = checkpoint.reports if checkpoint else ()
    today = datetime.datetime.now(tz=datetime.UTC).date()
    page = render_training_log(card, reports, machine=machine, finished=today)
    (folder / TRAINING_LOG_FILE).write_text(page, encoding="utf-8")


def _machine(device: torch.device, processes: Processes) -> str:
    if device.type == "cuda":
        where = torch.cuda.get_device_name(device)
    else:
        threads = torch.get_num_threads()
        where = f"{processor_name()}, {threads} thread{'s' if threads > 1 else ''}"
    together = f"{processes.count} processes, each on " if processes.count > 1 else ""
    dtype = str(fast_dtype(device)).removeprefix("torch.")
    return f"{together}{where}, {dtype}, torch {torch.__version__}"


def _list_set_aside(path: Path, set_aside: tuple[SetAside, ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (f"{aside.path}\t{aside.reason}\n" for aside in set_aside)
    path.write_text("".join(lines), encoding="utf-8")
    logger.warning("%d files were set aside; %s lists them", len(set_aside), path)


def _card(
    run: Run,
    name: str,
    part: LabelledImages,
    *,
    normalisation: tuple[tuple[float, ...], tuple[float, ...]],
) -> Card:
    """The card of a run; what is known of the weights is filled in where they are written."""
    height, width = part.images.shape[1:3]
    mean, std = normalisation
    return Card(
        format=FORMAT,
        name=name,
        architecture=Architecture(name=run.recipe.architecture, arguments=_arguments(run.recipe)),
        input=InputFormat(
            height=height,
            width=width,
            mode=part.mode,
            mean=mean,
            std=std,
        ),
        class_names=part.class_names,
        weights=Weights(format="safetensors", sha256="0" * 64, parameter_count=1),
        training=TrainingRecord(
            recipe=run.recipe_name,
            hyperparameters=dataclasses.asdict(run.recipe),
            epochs=run.recipe.epochs,
            seed=run.seed,
            dataset=run.dataset,
            trained_on=run.train_on,
            images=len(part),
            sha256=part.sha256(),
        ),
        licence=run.licence,
    )


def _identity(
    run: Run, part: LabelledImages, teacher: Teacher | None, processes: Processes
) -> dict[str, Any]:
    """What decides the weights that come out, as a checkpoint keeps it."""
    return {
        "recipe": run.recipe_name,
        "hyperparameters": dataclasses.asdict(run.recipe),
        "seed": run.seed,
        "trained_on": run.train_on,
        "data_sha256": part.sha256(),
        "class_names": part.class_names,
        "teacher_sha256": None if teacher is None else teacher.card.weights.sha256,
        "processes": processes.count,
    }


def split(
    everything: LabelledImages, recipe: Recipe, *, seed: int
) -> tuple[LabelledImages, LabelledImages]:
    """The training and the validation part that the recipe and seed make of a training split."""
    chosen, kept_back = stratified_split(
        everything.labels, validation_count=recipe.validation_count, seed=seed
    )
    return everything.take(chosen), everything.take(kept_back)


def new_network(recipe: Recipe, part: LabelledImages, *, seed: int) -> nn.Module:
    """The recipe's network for those pictures, its first weights decided by the seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return architectures.build(
            recipe.architecture,
            channels=part.channels,
            classes=len(part.class_names),
            arguments=_arguments(recipe),
        )


def _arguments(recipe: Recipe) -> dict[str, int | tuple[int, ...]]:
    return {"widths": recipe.widths, "blocks": recipe.blocks}
