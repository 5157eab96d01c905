"""Recipes: everything that decides how a network is trained, in one frozen dataclass each."""

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.errors import TrainingError


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The hyper-parameters of one training, all of them.

    Rates, shares and probabilities are fractions from 0 to 1; sizes are in pixels.
    """

    # the network
    architecture: str
    widths: tuple[int, ...]
    blocks: tuple[int, ...]
    # the schedule: SGD with Nesterov momentum under one cycle of the learning rate
    epochs: int
    batch_size: int
    peak_learning_rate: float
    warmup_share: float = 0.2
    momentum: float = 0.9
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    ema_decay: float = 0.998
    # augmentation
    flip_probability: float = 0.5
    max_shift: int = 2
    erasing_probability: float = 0.5
    erasing_area: tuple[float, float] = (0.02, 0.25)
    # how many of the training pictures are kept back for every choice that is made
    validation_count: int = 5_000


RECIPES: Mapping[str, Recipe] = {
    "fashion-cnn": Recipe(
        architecture="compact-resnet",
        widths=(48, 64),
        blocks=(2, 1),
        epochs=18,
        batch_size=256,
        # 0.4 was seen to diverge now and then; 0.08 never.
        peak_learning_rate=0.08,
    ),
    # 188,394 parameters: more layers than fashion-cnn, each narrower, for less work. Gates on the
    # blocks (squeeze and excitation) took a single picture from 1.3 to 2.2 ms, and a live stream
    # waits for single pictures.
    "fashion-fast": Recipe(
        architecture="compact-resnet",
        widths=(32, 64),
        blocks=(3, 2),
        epochs=40,
        batch_size=128,
        peak_learning_rate=0.08,
        ema_decay=0.999,
    ),
}


def recipe_named(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        TrainingError: there is none; the message lists those there are.
    """
    try:
        return RECIPES[name]
    except KeyError as error:
        raise TrainingError(
            f"recipe: expected one of {', '.join(sorted(RECIPES))}, got {name!r}"
        ) from error
