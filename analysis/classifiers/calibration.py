"""From a network's logits to the probabilities that its card promises, and back.

What a card's ``temperature`` or ``scaling`` means is written here alone; every engine uses it.
"""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from analysis.classifiers.card import Card

Float = TypeVar("Float", np.float32, np.float64)


class Calibration:
    """A card's vector scaling (Guo et al. 2017); a temperature is one scale for all classes.

    ``softmax(scales * (logits - mean of logits) + offsets)``. A softmax does not see what is added
    to all logits of a picture, so without their mean the result follows from the probabilities
    before it.

    Args:
        card: of the network.
    """

    def __init__(self, card: Card) -> None:
        classes = len(card.class_names)
        scaling = card.scaling
        scales = scaling.scales if scaling else (1.0 / card.temperature,) * classes
        offsets = scaling.offsets if scaling else (0.0,) * classes
        self._scales = np.asarray(scales, dtype=np.float32)
        self._offsets = np.asarray(offsets, dtype=np.float32)

    def probabilities(self, logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Calibrated probabilities (N, classes) of logits (N, classes)."""
        centred = logits - logits.mean(axis=1, keepdims=True)
        return softmax(centred * self._scales + self._offsets)

    def centred_logits(self, probabilities: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """The logits (N, classes), less the mean of each picture's, that gave these probabilities.

        ``log(p) - offsets`` is ``scales`` times those but for one number a picture, which follows
        from their sum of 0. So any classifier can be asked how it answers uncalibrated.

        Args:
            probabilities: (N, classes), calibrated, each row adding up to 1.
        """
        # Of what float32 could not hold nothing is known but that it is less than this.
        least = float(np.finfo(np.float32).tiny)
        logs = np.log(np.maximum(probabilities.astype(np.float64), least))
        scaled = (logs - self._offsets) / self._scales
        shift = scaled.sum(axis=1, keepdims=True) / (1.0 / self._scales).sum()
        logits: npt.NDArray[np.float64] = scaled - shift / self._scales
        return logits


def softmax(logits: npt.NDArray[Float]) -> npt.NDArray[Float]:
    """Probabilities (N, classes) of logits (N, classes), however large those are."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities: npt.NDArray[Float] = powers / powers.sum(axis=1, keepdims=True)
    return probabilities
