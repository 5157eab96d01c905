"""Recipes: everything that decides how a network is trained, in one frozen dataclass each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from analysis.classifiers.card import InputFormat
from analysis.errors import TrainingError
from analysis.labelled_images import LabelledImages


@dataclass(frozen=True, kw_only=True)
class Recipe:  # pylint: disable=too-many-instance-attributes  # all hyper-parameters in one
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
    # a package to learn from beside the labels, and how much and how softly
    teacher: str | None = None
    distillation_weight: float = 0.5
    distillation_temperature: float = 2.0
    # augmentation
    flip_probability: float = 0.5
    max_shift: int = 2
    erasing_probability: float = 0.5
    erasing_area: tuple[float, float] = (0.02, 0.25)
    # what pictures are made into before anything else; None takes them as they come
    input_size_hw: tuple[int, int] | None = None
    input_mode: Literal["L", "RGB"] | None = None
    # how many of the training pictures are kept back for every choice that is made
    validation_count: int = 5_000
    # the same, and what is kept back for the test, of a dataset that comes in one part
    validation_share: float = 0.1
    test_share: float = 0.1

    def wanted_input(self, pictures: LabelledImages | None = None) -> InputFormat:
        """Size and mode that pictures are made into before they are trained on.

        Args:
            pictures: those that stay as they come where the recipe leaves it to them.

        Raises:
            TrainingError: it is left to pictures that may come in any size.
        """
        height, width = self.input_size_hw or (pictures.images.shape[1:3] if pictures else (0, 0))
        mode = self.input_mode or (pictures.mode if pictures else None)
        if not (height and width and mode):
            raise TrainingError(
                "recipe: expected one with 'input_size_hw' and 'input_mode' for pictures of any "
                f"size, got {self.input_size_hw} and {self.input_mode}"
            )
        channels = len(mode)
        return InputFormat(
            height=height, width=width, mode=mode, mean=(0.0,) * channels, std=(1.0,) * channels
        )


RECIPES: Mapping[str, Recipe] = {
    "fashion-cnn": Recipe(
        architecture="compact-resnet",
        widths=(48, 64),
        blocks=(2, 1),
        input_size_hw=(28, 28),
        input_mode="L",
        epochs=18,
        batch_size=256,
        # 0.4 was seen to diverge now and then; 0.08 never.
        peak_learning_rate=0.08,
    ),
    # 188,858 parameters, nearly all behind full resolution: halving the pictures in the first layer
    # was faster, and 0.7 points worse on the validation part after 9 of 12 epochs. Gates on the
    # blocks (squeeze and excitation) took a single picture from 1.0 to 2.0 ms, and a live stream
    # waits for single pictures.
    "fashion-fast": Recipe(
        architecture="cifar-resnet",
        widths=(16, 32, 64),
        blocks=(1, 3, 2),
        input_size_hw=(28, 28),
        input_mode="L",
        epochs=40,
        batch_size=128,
        peak_learning_rate=0.08,
        ema_decay=0.999,
        # The teacher's answers smooth the labels already, and better.
        label_smoothing=0.0,
        teacher="fashion-accurate",
        distillation_weight=0.8,
    ),
    # 696,042 parameters: as many as two CPU cores can train.
    "fashion-accurate": Recipe(
        architecture="cifar-resnet",
        widths=(32, 64, 128),
        blocks=(2, 2, 2),
        input_size_hw=(28, 28),
        input_mode="L",
        epochs=50,
        batch_size=128,
        peak_learning_rate=0.08,
        ema_decay=0.999,
    ),
    # A beginning for some thousand photographs in class folders; nothing in it was tuned.
    "photos": Recipe(
        architecture="compact-resnet",
        widths=(32, 64, 128),
        blocks=(1, 1, 1),
        input_size_hw=(64, 64),
        input_mode="RGB",
        epochs=30,
        batch_size=32,
        peak_learning_rate=0.05,
        max_shift=6,
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
