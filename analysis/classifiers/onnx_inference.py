"""A classifier whose weights are an ONNX file, run by ONNX Runtime (the extra ``onnx``)."""

from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.classifiers.calibration import Calibration
from analysis.classifiers.card import Card
from analysis.classifiers.checked import CheckedClassifier
from analysis.classifiers.onnx_graphs import check_graph, optional_module
from analysis.errors import InvalidWeights


class OnnxClassifier(CheckedClassifier):
    """An ONNX graph, ready to classify; see ``ImageClassifier`` for what it promises.

    Args:
        card: what the graph takes and tells apart.
        content: the ONNX file; see ``check_graph`` for what it must be.
        threads: of the CPU, for this classifier; None is 1, as for ``Classifier``.

    Raises:
        ClassifierError: the extra ``onnx`` is not installed.
        InvalidWeights: the graph cannot be run, is not the card's, or gives NaN.
    """

    def __init__(self, card: Card, content: bytes, *, threads: int | None = None) -> None:
        super().__init__(card, parameter_count=card.weights.parameter_count)
        self._input_name = check_graph(content, card)
        self._session = start_session(content, threads or 1)
        std = np.asarray(card.input.std, dtype=np.float32)
        self._scale = (1.0 / (255.0 * std)).astype(np.float32)[:, None, None]
        mean = np.asarray(card.input.mean, dtype=np.float32)
        self._offset = (-mean / std)[:, None, None]
        self._calibration = Calibration(card)
        self._warm_up()

    def _probabilities(self, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        # (B, H, W) or (B, H, W, C) to (B, C, H, W).
        stacked = images[:, None] if images.ndim == 3 else images.transpose(0, 3, 1, 2)
        pixels = np.ascontiguousarray(stacked * self._scale + self._offset)
        logits = self._session.run(None, {self._input_name: pixels})[0]
        expected = (len(images), len(self.card.class_names))
        if logits.shape != expected:
            raise InvalidWeights(
                f"weights of {self.card.name}: expected logits of shape {expected}, "
                f"got {logits.shape}"
            )
        return self._calibration.probabilities(logits.astype(np.float32))


def start_session(content: bytes, threads: int) -> Any:
    """A session of ONNX Runtime on the CPU; takes a batch by input name, gives its outputs.

    Raises:
        ClassifierError: the extra ``onnx`` is not installed.
        InvalidWeights: a graph that does not run.
    """
    onnxruntime = optional_module("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # A waiting thread that spins takes the core from the server beside it.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3  # errors only; each is raised as well
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    # pylint: disable-next=broad-exception-caught  # each of its failures is an Exception of its own
    except Exception as error:
        raise InvalidWeights(f"expected a graph that runs, got {error}") from error
