"""What tests of starting a session share: a client that follows, and the dataset it would see."""

import pytest

from results import services
from results.models import Classifier
from tests.results.conftest import make_classifier, make_dataset


def offer_classifier(name: str = "small-cnn") -> Classifier:
    """A classifier on offer by a live worker, with a current dataset of 1,000 frames."""
    make_dataset()
    classifier = make_classifier(name=name)
    services.worker_connected(client="analyze 0.1.0", classifiers=[classifier])
    return classifier


def listen_for_rings(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The list that every ring from the REST views is noted in from now on."""
    rung: list[object] = []
    monkeypatch.setattr("results.api.asking.ring_from_sync", rung.append)
    monkeypatch.setattr("results.api.asking.ring_session_from_sync", rung.append)
    return rung
