"""results.api.serializers.probabilities_of: stored bytes as numbers."""

import numpy as np
import pytest

from results.api.serializers import probabilities_of
from results.models import Prediction


@pytest.mark.parametrize("kind", [bytes, memoryview], ids=["sqlite", "postgresql"])
def test_reads_little_endian_float32(kind: type[bytes] | type[memoryview]) -> None:
    stored = kind(np.array([0.25, 0.75], dtype="<f4").tobytes())
    assert probabilities_of(Prediction(probabilities=stored)) == [0.25, 0.75]
