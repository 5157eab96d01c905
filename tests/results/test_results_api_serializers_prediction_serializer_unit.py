"""results.api.serializers.PredictionSerializer: a prediction's JSON form."""

import numpy as np

from results.api.serializers import PredictionSerializer
from results.models import Prediction


def test_names_the_class_and_lists_the_probabilities() -> None:
    prediction = Prediction(
        sequence=4,
        class_id=1,
        confidence=0.75,
        probabilities=np.array([0.25, 0.75], dtype="<f4").tobytes(),
        latency_ms=3.5,
        label=None,
    )
    assert PredictionSerializer(prediction, context={"class_names": ["Shirt", "Bag"]}).data == {
        "sequence": 4,
        "class_id": 1,
        "class_name": "Bag",
        "confidence": 0.75,
        "probabilities": [0.25, 0.75],
        "latency_ms": 3.5,
        "label": None,
    }
