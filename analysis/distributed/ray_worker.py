"""What runs in the process of a Ray actor; Ray itself is not needed here."""

import socket

import numpy as np
from numpy.typing import NDArray

from analysis.classifiers.checked import CheckedClassifier
from analysis.classifiers.speed import SustainedRate, sustained_rate
from analysis.distributed.shipped_package import ShippedPackage


class PackageWorker:
    """Classifies with a package that it was sent.

    Args:
        package: The package; loaded by ``ready``, whose error says why where it cannot be.
    """

    def __init__(self, package: ShippedPackage) -> None:
        self._package = package
        self._classifier: CheckedClassifier | None = None

    def ready(self) -> str:
        """Load the classifier; the name of the machine."""
        self._load()
        return socket.gethostname()

    def predict(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """As ``ImageClassifier`` says."""
        return self._load().predict(images)

    def sustained_rate(self, seconds: float) -> SustainedRate:
        """What the classifier sustains here, measured for that long."""
        return sustained_rate(self._load(), seconds=seconds)

    def _load(self) -> CheckedClassifier:
        """The classifier, loaded once."""
        if self._classifier is None:
            self._classifier = self._package.load()
        return self._classifier
