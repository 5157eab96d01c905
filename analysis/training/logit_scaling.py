"""Fits of what makes a network's logits honest probabilities, on pictures it was not trained on."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from analysis.classifiers.calibration import softmax
from analysis.classifiers.records import OFFSET_RANGE, SCALE_RANGE, ScalingRecord
from analysis.errors import TrainingError

# Temperatures are looked for between these; beyond, the fit says that the logits are useless.
TEMPERATURE_RANGE = (0.05, 20.0)
# How firmly scales and offsets are held to those of a temperature, in pictures: without it, a class
# that is never mistaken would get ever larger ones. 1 was best of 0.1 to 100, by the likelihood in
# five-fold cross-validation on what each of the shipped packages kept back.
PRIOR = 1.0
DECIMALS = 4


def fit_temperature(logits: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]) -> float:
    """The temperature that makes the logits' softmax most likely (Guo et al. 2017).

    The negative log-likelihood is convex in 1 / temperature; its derivative there,
    ``mean(sum_j p_j z_j - z_label)``, is brought to 0 by bisection within
    ``TEMPERATURE_RANGE``.

    Args:
        logits: (N, classes).
        labels: (N,) the truth; pictures that the network was not trained on.

    Raises:
        TrainingError: no pictures.
    """
    if len(labels) == 0:
        raise TrainingError("calibration: expected at least 1 picture, got 0")
    exact = logits.astype(np.float64)
    label_logits = exact[np.arange(len(labels)), labels]
    coldest, hottest = TEMPERATURE_RANGE
    low, high = np.log(1.0 / hottest), np.log(1.0 / coldest)  # of the inverse temperature
    for _ in range(50):
        middle = (low + high) / 2.0
        probabilities = softmax(exact * np.exp(middle))
        slope = ((probabilities * exact).sum(axis=1) - label_logits).mean()
        low, high = (middle, high) if slope < 0.0 else (low, middle)
    return float(np.exp(-(low + high) / 2.0))


def fit_scaling(logits: npt.NDArray[np.floating], labels: npt.NDArray[np.integer]) -> ScalingRecord:
    """The vector scaling (Guo et al. 2017) that makes the centred logits' softmax most likely.

    What is minimised is the sum of the pictures' negative log-likelihoods and ``PRIOR / 2`` times
    the squares of the offsets and of the scales' relative distances from the best temperature's.
    That is strictly convex, so there is one answer.

    Args:
        logits: (N, classes).
        labels: (N,) the truth; pictures that the network was not trained on.

    Raises:
        TrainingError: no pictures.
    """
    common = 1.0 / fit_temperature(logits, labels)
    exact = torch.from_numpy(logits.astype(np.float64))
    scaled = (exact - exact.mean(dim=1, keepdim=True)) * common
    truth = torch.from_numpy(labels.astype(np.int64))
    distances = torch.zeros(logits.shape[1], dtype=torch.float64, requires_grad=True)
    offsets = torch.zeros_like(distances, requires_grad=True)

    def loss() -> Tensor:
        likelihood = functional.cross_entropy(
            scaled * (1.0 + distances) + offsets, truth, reduction="sum"
        )
        prior = PRIOR / 2.0 * ((distances**2).sum() + (offsets**2).sum())
        return (likelihood + prior) / len(truth)

    _minimise(loss, (distances, offsets))
    scales = (1.0 + distances.detach()) * common
    return ScalingRecord(
        scales=_written(scales, SCALE_RANGE), offsets=_written(offsets.detach(), OFFSET_RANGE)
    )


def _minimise(loss: Callable[[], Tensor], parameters: Sequence[Tensor]) -> None:
    optimiser = torch.optim.LBFGS(
        parameters, max_iter=500, tolerance_grad=1e-9, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        return value

    optimiser.step(closure)  # type: ignore[no-untyped-call]  # torch leaves it untyped


def _written(values: Tensor, bounds: tuple[float, float]) -> tuple[float, ...]:
    """As a card has them: within its bounds and of no more digits than mean something."""
    return tuple(round(value, DECIMALS) for value in values.clamp(*bounds).tolist())
