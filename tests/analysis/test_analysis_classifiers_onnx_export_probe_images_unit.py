"""Probe pictures are always the same and of many kinds."""

import numpy as np
import pytest

from analysis.classifiers.onnx_export import probe_images


@pytest.mark.parametrize("shape", [(8, 10), (28, 28, 3)])
def test_gives_many_kinds_of_pictures(shape: tuple[int, ...]) -> None:
    images = probe_images(shape, 64)
    assert images.shape == (64, *shape) and images.dtype == np.uint8
    assert np.array_equal(images, probe_images(shape, 64))
    deviations = images.reshape(64, -1).std(axis=1)
    assert deviations.min() < 20 and deviations.max() > 80
    # Those of blocks are the same from one pixel to the next more often than those of noise.
    steps = (np.diff(images.astype(int), axis=2) == 0).reshape(64, -1).mean(axis=1)
    assert steps[7::8].mean() > steps[0::8].mean() + 0.3
