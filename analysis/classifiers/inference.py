"""Pictures in, probabilities out, as fast as this machine's CPU allows.

What is done here and what was measured and rejected: ``docs/decisions/0003-inference.md``.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from analysis.classifiers.architectures import Normalise, count_parameters, fold
from analysis.classifiers.card import Card
from analysis.classifiers.devices import fast_dtype
from analysis.errors import InvalidImages

# Beyond this many a larger batch is no faster, it only takes more memory.
MAX_BATCH = 256
# Kernels are made at a batch size's first use, which takes milliseconds; these are made at load.
WARM_UP_BATCHES = (1, 2, 4, 8, 16, 32, 64)


class Classifier:
    """A trained network, ready to classify; see ``ImageClassifier`` for what it promises.

    The same batch always gives the same probabilities. A picture's probabilities may differ in
    the third digit with the batch that it comes in, since kernels differ by batch size.

    Args:
        card: what the network was trained to take and to tell apart.
        network: normalised pictures (B, C, H, W) to logits, in evaluation mode.
        threads: of the CPU, for torch in the whole process. None is 1: a second thread has to be
            waited for, so whatever else runs on this machine shows in the latency.
    """

    def __init__(self, card: Card, network: nn.Module, *, threads: int | None = None) -> None:
        torch.set_num_threads(threads or 1)
        self._card = card
        self._parameter_count = count_parameters(network)
        self._dtype = fast_dtype(torch.device("cpu"))
        self._normalise = Normalise(card.input.mean, card.input.std)
        self._network = _with_fast_convolutions(fold(network), self._dtype)
        for count in WARM_UP_BATCHES:
            self.predict(np.zeros((count, *card.input.image_shape), dtype=np.uint8))

    @property
    def card(self) -> Card:
        """Labels, input size and mode, and where the weights come from."""
        return self._card

    @property
    def sha256(self) -> str:
        """SHA-256 of the weights file, in hexadecimal."""
        return self._card.weights.sha256

    @property
    def parameter_count(self) -> int:
        """How many trained numbers the network has."""
        return self._parameter_count

    def predict(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """The probability of each class for each picture.

        Args:
            images: uint8 of the card's input size, (N, H, W) where its mode is ``L`` and
                (N, H, W, 3) where it is ``RGB``; N may be 0.

        Returns:
            float32 (N, classes) from 0 to 1, each row adding up to 1.

        Raises:
            InvalidImages: another shape or dtype.
        """
        expected = self._card.input.image_shape
        if not isinstance(images, np.ndarray) or images.dtype != np.uint8:
            got = getattr(images, "dtype", type(images).__name__)
            raise InvalidImages(f"images: expected an array of uint8, got {got}")
        if images.shape[1:] != expected or images.ndim != len(expected) + 1:
            shape = ", ".join(str(side) for side in expected)
            raise InvalidImages(f"images: expected shape (N, {shape}), got {images.shape}")
        probabilities = np.empty((len(images), len(self._card.class_names)), dtype=np.float32)
        # torch takes only memory that it could write to; frames off a socket are not.
        writable = np.require(images, requirements=["C", "W"])
        with torch.inference_mode():
            for start in range(0, len(images), MAX_BATCH):
                chunk = slice(start, start + MAX_BATCH)
                probabilities[chunk] = self._probabilities(torch.from_numpy(writable[chunk]))
        return probabilities

    def _probabilities(self, images: Tensor) -> npt.NDArray[np.float32]:
        # (B, H, W) or (B, H, W, C) to (B, C, H, W), which is channels-last without a copy.
        pixels = images.unsqueeze(1) if images.ndim == 3 else images.permute(0, 3, 1, 2)
        logits = self._network(self._normalise(pixels).to(self._dtype)).float()
        result: npt.NDArray[np.float32] = torch.softmax(
            logits / self._card.temperature, dim=1
        ).numpy()
        return result


def _with_fast_convolutions(network: nn.Module, dtype: torch.dtype) -> nn.Module:
    """Only the convolutions in that dtype: logits of bfloat16 would come in steps of 1/32."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.to(dtype)
    return network
