"""numpy's order of axes becomes torch's."""

import numpy as np
import pytest

from analysis.training.loop import as_batch_tensor
from tests.analysis.tiny_models import noise


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("RGB", 3)])
def test_puts_channels_second(mode: str, channels: int) -> None:
    images = noise(4, mode)
    tensor = as_batch_tensor(images)
    assert tensor.shape == (4, channels, 8, 10)
    assert np.array_equal(tensor.permute(0, 2, 3, 1).numpy(), images.reshape(4, 8, 10, channels))


def test_takes_read_only_pictures() -> None:
    images = noise(2)
    images.flags.writeable = False
    assert as_batch_tensor(images).shape == (2, 1, 8, 10)
