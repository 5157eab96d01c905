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
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel

from analysis.classifiers.architectures import Normalise
from analysis.classifiers.devices import fast_dtype
from analysis.errors import TrainingError
from analysis.training import augmentation
from analysis.training.data import LabelledImages
from analysis.training.recipes import Recipe


@dataclass(frozen=True)
class EpochReport:
    """How one epoch went.

    Attributes:
        epoch: from 1.
        loss: mean cross-entropy with label smoothing, over the augmented training pictures.
        accuracy: on the augmented training pictures, 0 to 1.
        validation_accuracy: of the averaged weights, 0 to 1; None where nothing was kept back.
        seconds: the epoch took, validation included.
        images_per_second: trained on, validation not included.
    """

    epoch: int
    loss: float
    accuracy: float
    validation_accuracy: float | None
    seconds: float
    images_per_second: float


@dataclass(frozen=True)
class _State:
    """Everything that changes while training; a checkpoint would be these and the epoch."""

    network: nn.Module
    averaged: AveragedModel
    optimizer: torch.optim.Optimizer
    schedule: OneCycleLR


def train(  # pylint: disable=too-many-locals  # a plain loop, not one cut up to hide its state
    network: nn.Module,
    recipe: Recipe,
    part: LabelledImages,
    *,
    validation: LabelledImages | None,
    normalise: Normalise,
    seed: int,
    on_batch: Callable[[int, int], None] = lambda done, total: None,
    on_epoch: Callable[[EpochReport], None] = lambda report: None,
) -> nn.Module:
    """Train the network and return the running average (EMA) of its weights, on the CPU.

    The average of the last step is returned, never that of the best epoch: choosing an epoch by
    its accuracy would make that accuracy look better than it is.

    Args:
        network: freshly initialised, on the device to train on; it is trained in place.
        recipe: every hyper-parameter.
        part: what to train on.
        validation: what to measure on after each epoch; it decides nothing here.
        normalise: uint8 pictures to network input.
        seed: decides order and augmentation; each epoch's chance depends on nothing else.
        on_batch: called after each batch with how many are done and how many there are.
        on_epoch: called after each epoch.

    Raises:
        TrainingError: nothing to train on, or a loss that is no longer a finite number.
    """
    if len(part) == 0:
        raise TrainingError("training part: expected at least 1 picture, got 0")
    device = next(network.parameters()).device
    normalise.to(device)
    images = as_batch_tensor(part.images).to(device)  # uint8 (N, C, H, W)
    labels = torch.from_numpy(part.labels).to(device)
    # What does not fill a batch waits for the next shuffle.
    steps = max(1, len(part) // recipe.batch_size)
    state = _begin(network, recipe, total_steps=recipe.epochs * steps)

    for epoch in range(1, recipe.epochs + 1):
        started = time.perf_counter()
        # A generator of its own for each epoch: a resumed run needs no state from the last one.
        generator = torch.Generator().manual_seed(seed * 10_000 + epoch)
        order = torch.randperm(len(part), generator=generator).to(device)
        total_loss, total_right = torch.zeros(2, device=device)
        network.train()
        for step, chosen in enumerate(torch.split(order, recipe.batch_size)[:steps], start=1):
            batch = normalise(_augment(images[chosen], recipe, generator))
            loss, right = _step(state, batch, labels[chosen], recipe.label_smoothing)
            total_loss += loss
            total_right += right
            on_batch((epoch - 1) * steps + step, recipe.epochs * steps)
        mean_loss = float(total_loss) / steps
        seen = min(steps * recipe.batch_size, len(part))
        trained = time.perf_counter()
        if not math.isfinite(mean_loss):
            raise TrainingError(
                f"loss: expected a finite number, got {mean_loss} in epoch {epoch}; "
                f"a peak learning rate below {recipe.peak_learning_rate} may help"
            )
        accuracy = _accuracy(state.averaged.module, validation, normalise) if validation else None
        on_epoch(
            EpochReport(
                epoch=epoch,
                loss=mean_loss,
                accuracy=float(total_right) / seen,
                validation_accuracy=accuracy,
                seconds=time.perf_counter() - started,
                images_per_second=seen / (trained - started),
            )
        )
    return state.averaged.module.cpu().eval()


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


def _begin(network: nn.Module, recipe: Recipe, *, total_steps: int) -> _State:
    optimizer = torch.optim.SGD(
        _parameter_groups(network, recipe.weight_decay),
        lr=recipe.peak_learning_rate,
        momentum=recipe.momentum,
        nesterov=True,
    )
    schedule = OneCycleLR(
        optimizer,
        max_lr=recipe.peak_learning_rate,
        total_steps=total_steps,
        pct_start=recipe.warmup_share,
        cycle_momentum=False,
    )
    averaged = AveragedModel(
        network, multi_avg_fn=_warming_average(recipe.ema_decay), use_buffers=True
    )
    return _State(network, averaged, optimizer, schedule)


def _step(
    state: _State, batch: Tensor, truth: Tensor, label_smoothing: float
) -> tuple[Tensor, Tensor]:
    """One step of everything; the batch's mean loss and how many were right."""
    dtype = fast_dtype(batch.device)
    with torch.autocast(batch.device.type, dtype=dtype, enabled=dtype != torch.float32):
        logits = state.network(batch)
    loss = functional.cross_entropy(logits.float(), truth, label_smoothing=label_smoothing)
    state.optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    state.optimizer.step()
    state.schedule.step()
    state.averaged.update_parameters(state.network)
    return loss.detach(), (logits.argmax(1) == truth).sum()


def _accuracy(network: nn.Module, part: LabelledImages, normalise: Normalise) -> float:
    logits = predict_logits(network, part.images, normalise=normalise)
    return float((logits.argmax(1) == part.labels).mean())


def _augment(images: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    images = augmentation.flip(images, probability=recipe.flip_probability, generator=generator)
    images = augmentation.shift(images, max_shift=recipe.max_shift, generator=generator)
    return augmentation.erase(
        images,
        probability=recipe.erasing_probability,
        area=recipe.erasing_area,
        generator=generator,
    )


def _warming_average(decay: float) -> Callable[..., None]:
    """EMA whose decay grows with the updates, so that the first weights are soon forgotten."""

    def update(averages: list[Tensor], current: list[Tensor], updates: Tensor) -> None:
        so_far = float(updates)
        share = 1.0 - min(decay, (1.0 + so_far) / (10.0 + so_far))
        for average, value in zip(averages, current, strict=True):
            if average.is_floating_point():
                average.lerp_(value, share)
            else:
                average.copy_(value)  # a count, of which there is no average

    return update


def _parameter_groups(network: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Decay for the kernels only: biases and norms have little to overfit with."""
    parameters = list(network.parameters())
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]
