"""Pictures in, probabilities out, as fast as this machine's CPU allows.

What is done here and what was measured and rejected: ``docs/decisions/0003-inference.md``.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from analysis.classifiers.architectures import Normalise, count_parameters, fold
from analysis.classifiers.calibration import Calibration
from analysis.classifiers.card import Card
from analysis.classifiers.checked import CheckedClassifier
from analysis.classifiers.devices import fast_dtype
from analysis.memory import keep_freed_memory


class Classifier(CheckedClassifier):
    """A trained network, ready to classify; see ``ImageClassifier`` for what it promises.

    Args:
        card: what the network was trained to take and to tell apart.
        network: normalised pictures (B, C, H, W) to logits, in evaluation mode.
        threads: of the CPU, for torch in the whole process. None is 1: a second thread has to be
            waited for, so whatever else runs on this machine shows in the latency.
        dtype: of the convolutions; None is the fastest here.

    Raises:
        InvalidWeights: NaN comes out.
    """

    def __init__(
        self,
        card: Card,
        network: nn.Module,
        *,
        threads: int | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(card, parameter_count=count_parameters(network))
        torch.set_num_threads(threads or 1)
        keep_freed_memory()
        self._dtype = dtype or fast_dtype(torch.device("cpu"))
        self._normalise = Normalise(card.input.mean, card.input.std)
        self._calibration = Calibration(card)
        self._network = _with_fast_convolutions(fold(network), self._dtype)
        self._warm_up()

    @torch.inference_mode()
    def _probabilities(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        # (B, H, W) or (B, H, W, C) to (B, C, H, W), which is channels-last without a copy.
        batch = torch.from_numpy(images)
        pixels = batch.unsqueeze(1) if batch.ndim == 3 else batch.permute(0, 3, 1, 2)
        logits = self._network(self._normalise(pixels).to(self._dtype)).float()
        return self._calibration.probabilities(logits.numpy())


def _with_fast_convolutions(network: nn.Module, dtype: torch.dtype) -> nn.Module:
    """Only the convolutions in that dtype: logits of bfloat16 would come in steps of 1/32."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.to(dtype)
    return network
