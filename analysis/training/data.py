"""Named datasets, and the split of labelled pictures that training is judged by."""

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.errors import TrainingError
from analysis.labelled_images import LabelledImages
from streaming.datasets import fashion_mnist, library

Split = Literal["train", "test"]


def _fashion_mnist(split: Split) -> LabelledImages:
    images, labels = library.fashion_mnist_split(split)
    return LabelledImages(images, labels.astype(np.int64), tuple(fashion_mnist.CLASS_NAMES))


DATASETS: Mapping[str, Callable[[Split], LabelledImages]] = {"fashion-mnist": _fashion_mnist}


def is_named(dataset: str) -> bool:
    """Whether ``load_split`` knows a dataset of that name."""
    return dataset in DATASETS


def load_split(dataset: str, split: Split) -> LabelledImages:
    """The pictures of one split of the dataset of that name, in the publisher's order.

    Raises:
        TrainingError: no dataset of that name; the message lists those there are.
        streaming.errors.DatasetError: it cannot be obtained.
    """
    loader = DATASETS.get(dataset)
    if loader is None:
        raise TrainingError(
            f"dataset: expected one of {', '.join(sorted(DATASETS))}, got {dataset!r}"
        )
    return loader(split)


def stratified_split(
    labels: npt.NDArray[np.int64], *, validation_count: int, seed: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Indices of the training and of the validation part, each class shared out alike.

    The same labels, count and seed give the same parts on every machine. Each class gives its
    proportional share, rounded down; classes with the largest remainders give one more until
    ``validation_count`` is reached.

    Returns:
        (training indices, validation indices), each ascending.

    Raises:
        TrainingError: ``validation_count`` leaves either part empty.
    """
    if not 0 < validation_count < len(labels):
        raise TrainingError(
            f"validation_count: expected 1 to {len(labels) - 1}, got {validation_count}"
        )
    rng = np.random.default_rng(seed)
    classes, counts = np.unique(labels, return_counts=True)
    exact = counts * (validation_count / len(labels))
    quotas = np.floor(exact).astype(np.int64)
    by_remainder = np.argsort(quotas - exact, kind="stable")
    quotas[by_remainder[: validation_count - int(quotas.sum())]] += 1
    validation = np.concatenate(
        [
            rng.permutation(np.flatnonzero(labels == class_id))[:quota]
            for class_id, quota in zip(classes, quotas, strict=True)
        ]
    )
    in_validation = np.zeros(len(labels), dtype=bool)
    in_validation[validation] = True
    return np.flatnonzero(~in_validation), np.flatnonzero(in_validation)


def grouped_split(
    labels: npt.NDArray[np.int64],
    groups: npt.NDArray[np.int64],
    *,
    shares: tuple[float, ...],
    seed: int,
) -> tuple[npt.NDArray[np.intp], ...]:
    """Indices of the training part and of one part for each share, no group in two of them.

    Each class gives its share of pictures, or fewer where its groups do not add up to that; a
    group counts as its first picture's class. The same arguments give the same parts.

    Args:
        labels: int64, (N,).
        groups: int64, (N,), equal for pictures that must stay together.
        shares: of all pictures, 0 to 1, for each part beside the training part.
        seed: decides which groups go where.

    Returns:
        The training part, then one for each share; each ascending, together all indices.
    """
    rng = np.random.default_rng(seed)
    _, firsts, which = np.unique(groups, return_index=True, return_inverse=True)
    sizes = np.bincount(which)
    part_of_group = np.zeros(len(firsts), dtype=np.int64)
    for class_id in np.unique(labels):
        members = np.flatnonzero(labels[firsts] == class_id)
        wanted = [round(share * int(sizes[members].sum())) for share in shares]
        for group in rng.permutation(members):
            for part, still in enumerate(wanted):
                if sizes[group] <= still:
                    wanted[part] -= int(sizes[group])
                    part_of_group[group] = part + 1
                    break
    parts = part_of_group[which]
    return tuple(np.flatnonzero(parts == part) for part in range(len(shares) + 1))


def measure_normalisation(
    images: npt.NDArray[np.uint8],
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation by channel of pixels on 0 to 1, rounded to 4 digits.

    A standard deviation below 0.001 (pictures of one colour) is given as 0.001.

    Args:
        images: uint8, (N, H, W) or (N, H, W, 3), N at least 1.
    """
    channels = 1 if images.ndim == 3 else images.shape[3]
    # Sums over a histogram: exact, and no float copy of the whole dataset.
    values = np.arange(256) / 255.0
    means, deviations = [], []
    for channel in images.reshape(-1, channels).T:
        shares = np.bincount(channel, minlength=256) / len(channel)
        mean = float(shares @ values)
        deviation = float(np.sqrt(shares @ (values - mean) ** 2))
        means.append(round(mean, 4))
        deviations.append(max(round(deviation, 4), 0.001))
    return tuple(means), tuple(deviations)
