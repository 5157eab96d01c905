"""Pixels of 0 to 255 become what the network was trained on."""

import pytest
import torch

from analysis.classifiers.architectures import Normalise


def test_takes_the_mean_and_divides_by_the_deviation_of_each_channel() -> None:
    images = torch.tensor([0, 51, 255], dtype=torch.uint8).reshape(1, 3, 1, 1)
    result = Normalise((0.0, 0.1, 0.5), (1.0, 0.5, 0.25))(images)
    assert result.dtype == torch.float32
    assert result.flatten().tolist() == pytest.approx([0.0, 0.2, 2.0])


def test_gives_channels_last_memory() -> None:
    images = torch.zeros(2, 3, 4, 5, dtype=torch.uint8)
    result = Normalise((0.5,) * 3, (0.5,) * 3)(images)
    assert result.is_contiguous(memory_format=torch.channels_last)


def test_adds_nothing_to_the_weights_file() -> None:
    assert not Normalise((0.5,), (0.5,)).state_dict()
