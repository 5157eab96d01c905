"""A graph that runs gives its outputs; one that does not is refused in one sentence."""

import numpy as np
import pytest

from analysis.classifiers.onnx_inference import start_session
from analysis.errors import InvalidWeights
from tests.analysis.tiny_onnx import serialised, tiny_model, tiny_weights


@pytest.mark.parametrize("threads", [1, 2])
def test_runs_a_graph(threads: int) -> None:
    session = start_session(serialised(tiny_model()), threads)
    logits = session.run(None, {"pixels": np.zeros((2, 1, 8, 10), dtype=np.float32)})[0]
    assert np.allclose(logits, tiny_weights()[1])


def test_refuses_a_graph_that_does_not_run() -> None:
    model = tiny_model()
    model.graph.node[0].op_type = "Dream"
    with pytest.raises(InvalidWeights, match="expected a graph that runs, got .*Dream"):
        start_session(serialised(model), 1)
