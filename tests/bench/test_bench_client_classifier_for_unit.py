"""The classifier that an order names."""

from pathlib import Path
from typing import Any

from bench.client import INSTANT, InstantClassifier, Order, classifier_for
from tests.analysis.tiny_models import tiny_package


def test_is_the_instant_one_for_the_order_s_stream() -> None:
    order = Order(server="", classifier=INSTANT, class_names=("a",), shape=(2, 3), count=1)
    classifier = classifier_for(order)
    assert isinstance(classifier, InstantClassifier)
    assert classifier.card.input.image_shape == (2, 3)


def test_is_a_package_that_is_loaded_once(tmp_path: Path, settings: Any) -> None:
    settings.MODELS_DIR = tmp_path
    tiny_package(tmp_path, "bench-tiny")
    order = Order(server="", classifier="bench-tiny", count=1)
    assert classifier_for(order).card.name == "bench-tiny"
    assert classifier_for(order) is classifier_for(order)
