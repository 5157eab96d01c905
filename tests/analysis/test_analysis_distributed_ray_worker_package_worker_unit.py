"""analysis.distributed.ray_worker.PackageWorker, in this process."""

import dataclasses
import socket
from pathlib import Path

import numpy as np
import pytest

from analysis.classifiers.packages import load
from analysis.distributed.ray_worker import PackageWorker
from analysis.distributed.shipped_package import ShippedPackage
from analysis.errors import InvalidWeights
from tests.analysis.tiny_models import noise, tiny_package


def test_classifies_with_what_it_was_sent(tmp_path: Path) -> None:
    worker = PackageWorker(ShippedPackage.of(tiny_package(tmp_path)))
    assert worker.ready() == socket.gethostname()
    expected = load("tiny", models_dir=tmp_path).predict(noise(5))
    assert np.array_equal(worker.predict(noise(5)), expected)
    assert worker.sustained_rate(0.01).images_per_second > 0


def test_says_when_it_is_to_be_ready_that_it_cannot(tmp_path: Path) -> None:
    package = dataclasses.replace(ShippedPackage.of(tiny_package(tmp_path)), weights=b"changed")
    worker = PackageWorker(package)
    with pytest.raises(InvalidWeights):
        worker.ready()
