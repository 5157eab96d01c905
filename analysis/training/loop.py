"""The training loop: plain, reproducible by seed, and the same on CPU and GPU."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from analysis.classifiers.architectures import Normalise
from analysis.classifiers.devices import fast_dtype
from analysis.errors import TrainingError
from analysis.labelled_images import LabelledImages
from analysis.training import augmentation
from analysis.training.checkpoints import Checkpoint, EpochReport
from analysis.training.distillation import Teacher, training_loss
from analysis.training.processes import ALONE, Processes
from analysis.training.recipes import Recipe
from analysis.training.schedule import one_cycle
from analysis.training.state import TrainingState


@dataclass(frozen=True)
class Watch:
    """Who is told while training.

    Attributes:
        on_batch: after each batch, with how many are done and how many there are.
        on_checkpoint: after each epoch, with all that is needed to go on from there.
        on_epoch: after that.
    """

    on_batch: Callable[[int, int], None] = lambda done, total: None
    on_checkpoint: Callable[[Checkpoint], None] = lambda checkpoint: None
    on_epoch: Callable[[EpochReport], None] = lambda report: None


def train(  # pylint: disable=too-many-locals,too-many-arguments  # a plain loop, not cut up
    network: nn.Module,
    recipe: Recipe,
    part: LabelledImages,
    *,
    validation: LabelledImages | None,
    normalise: Normalise,
    seed: int,
    teacher: Teacher | None = None,
    start: Checkpoint | None = None,
    watch: Watch = Watch(),
    processes: Processes = ALONE,
) -> nn.Module:
    """Train the network and return the running average (EMA) of its weights, on the CPU.

    The average of the last step is returned, never that of the best epoch: choosing an epoch by
    its accuracy would make that accuracy look better than it is.

    Several processes train the same recipe: each takes its share of every batch and all add up
    their gradients, so that their weights stay the same. Batch statistics are those of a share.

    Args:
        network: freshly initialised, on the device to train on; it is trained in place.
        recipe: every hyper-parameter.
        part: what to train on.
        validation: what to measure on after each epoch; it decides nothing here.
        normalise: uint8 pictures to network input.
        seed: decides order and augmentation; each epoch's chance depends on nothing else.
        teacher: whose answers are learned from beside the labels.
        start: where to go on, of the same recipe, pictures and seed; the result is the same as
            that of a training that was never stopped.
        watch: who is told of batches, checkpoints and epochs.
        processes: this one among those that train together.

    Raises:
        TrainingError: nothing to train on, a checkpoint of another network, or a loss that is
            no longer a finite number.
    """
    if min(len(part), recipe.batch_size) < processes.count:
        raise TrainingError(
            f"training part: expected at least 1 picture for each of {processes.count} processes, "
            f"got {len(part)} in batches of {recipe.batch_size}"
        )
    device = next(network.parameters()).device
    normalise.to(device)
    images = as_batch_tensor(part.images).to(device)  # uint8 (N, C, H, W)
    labels = torch.from_numpy(part.labels).to(device)
    # What does not fill a batch waits for the next shuffle.
    steps = max(1, len(part) // recipe.batch_size)
    total_steps = recipe.epochs * steps
    state = TrainingState(network, recipe)
    reports: tuple[EpochReport, ...] = ()
    if start is not None:
        state.restore(start.tensors)
        reports = start.reports

    for epoch in range(len(reports) + 1, recipe.epochs + 1):
        started = time.perf_counter()
        order, generator = _chance_of_epoch(seed, epoch, len(part), processes)
        total_loss, total_right = torch.zeros(2, device=device)
        network.train()
        for step, batch in enumerate(torch.split(order, recipe.batch_size)[:steps]):
            done = (epoch - 1) * steps + step
            state.set_learning_rate(
                one_cycle(
                    done,
                    total_steps=total_steps,
                    peak=recipe.peak_learning_rate,
                    warmup_share=recipe.warmup_share,
                )
            )
            chosen = processes.share(batch).to(device)
            pictures = _augment(images[chosen], recipe, generator)  # uint8 (B, C, H, W)
            answers = None if teacher is None else teacher.logits(pictures)
            logits = _forward(network, normalise(pictures))
            loss = training_loss(logits, labels[chosen], recipe, teacher_logits=answers)
            # Shares may differ by one picture; weighted like this they add up to the batch's mean.
            loss *= len(chosen) / len(batch)
            state.zero_gradients()
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            processes.add_up(state.gradients())
            state.step()
            total_loss += loss.detach()
            total_right += (logits.argmax(1) == labels[chosen]).sum()
            watch.on_batch(done + 1, total_steps)
        processes.add_up([total_loss, total_right])
        processes.average(state.batch_statistics())
        mean_loss = float(total_loss) / steps
        seen = min(steps * recipe.batch_size, len(part))
        trained = time.perf_counter()
        if not math.isfinite(mean_loss):
            raise TrainingError(
                f"loss: expected a finite number, got {mean_loss} in epoch {epoch}; "
                f"a peak learning rate below {recipe.peak_learning_rate} may help"
            )
        validated = _validate(state.average, validation, normalise)
        report = EpochReport(
            epoch=epoch,
            loss=mean_loss,
            accuracy=float(total_right) / seen,
            validation_loss=validated[0],
            validation_accuracy=validated[1],
            seconds=time.perf_counter() - started,
            images_per_second=seen / (trained - started),
        )
        reports = (*reports, report)
        watch.on_checkpoint(Checkpoint(state.tensors(), reports))
        watch.on_epoch(report)
    return state.average.cpu().eval()


def as_batch_tensor(images: npt.NDArray[np.uint8]) -> Tensor:
    """(N, H, W) or (N, H, W, 3) pictures as a uint8 tensor (N, C, H, W)."""
    # torch takes only memory that it could write to.
    tensor = torch.from_numpy(np.require(images, requirements=["W"]))
    return tensor.unsqueeze(1) if tensor.ndim == 3 else tensor.permute(0, 3, 1, 2)


@torch.inference_mode()
def predict_logits(
    network: nn.Module,
    images: npt.NDArray[np.uint8],
    *,
    normalise: Normalise,
    batch_size: int = 500,
) -> npt.NDArray[np.float32]:
    """The network's logits (N, classes) in float32, computed where its weights are.

    Args:
        network: it is put into evaluation mode.
        images: uint8, (N, H, W) or (N, H, W, 3).
        normalise: uint8 pictures to network input; on the same device.
        batch_size: how many at once.
    """
    network.eval()
    device = next(network.parameters()).device
    parts = [
        network(normalise(batch.to(device))).float().cpu()
        for batch in torch.split(as_batch_tensor(images), batch_size)
    ]
    logits: npt.NDArray[np.float32] = torch.cat(parts).numpy()
    return logits


def _chance_of_epoch(
    seed: int, epoch: int, count: int, processes: Processes
) -> tuple[Tensor, torch.Generator]:
    """The order of the pictures, the same in each process, and this one's augmentation.

    A generator of its own for each epoch: a resumed run needs no state from the last one.
    """
    generator = torch.Generator().manual_seed(seed * 10_000 + epoch)
    order = torch.randperm(count, generator=generator)
    if processes.rank > 0:
        # The same one would give each share the same flips and shifts.
        generator.manual_seed(int(torch.randint(2**62, (), generator=generator)) + processes.rank)
    return order, generator


def _forward(network: nn.Module, pixels: Tensor) -> Tensor:
    """Logits in float32, computed in the fastest precision there is."""
    dtype = fast_dtype(pixels.device)
    with torch.autocast(pixels.device.type, dtype=dtype, enabled=dtype != torch.float32):
        logits: Tensor = network(pixels)
    return logits.float()


def _validate(
    network: nn.Module, part: LabelledImages | None, normalise: Normalise
) -> tuple[float, float] | tuple[None, None]:
    """Loss and accuracy; the same in each process, for the network and the pictures are."""
    if not part:
        return None, None
    logits = torch.from_numpy(predict_logits(network, part.images, normalise=normalise))
    truth = torch.from_numpy(part.labels)
    loss = functional.cross_entropy(logits, truth)
    return float(loss), float((logits.argmax(1) == truth).double().mean())


def _augment(images: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    images = augmentation.flip(images, probability=recipe.flip_probability, generator=generator)
    images = augmentation.shift(images, max_shift=recipe.max_shift, generator=generator)
    return augmentation.erase(
        images,
        probability=recipe.erasing_probability,
        area=recipe.erasing_area,
        generator=generator,
    )
