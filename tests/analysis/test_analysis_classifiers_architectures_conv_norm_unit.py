"""A convolution and its normalisation as one module."""

import pytest
import torch

from analysis.classifiers.architectures import ConvNorm


@pytest.mark.parametrize(
    ("kernel", "stride", "size"),
    [
        pytest.param(3, 1, (8, 9), id="same size"),
        pytest.param(3, 2, (4, 5), id="halved, rounded up"),
        pytest.param(1, 2, (4, 5), id="the shortcut's kernel fits the block's"),
    ],
)
def test_pads_so_that_only_the_stride_changes_the_size(
    kernel: int, stride: int, size: tuple[int, int]
) -> None:
    assert ConvNorm(2, 5, kernel, stride)(torch.zeros(3, 2, 8, 9)).shape == (3, 5, *size)


def test_normalises_over_the_batch_while_training() -> None:
    torch.manual_seed(0)
    out = ConvNorm(1, 4, 3).train()(torch.randn(64, 1, 8, 8))
    assert out.mean(dim=(0, 2, 3)).abs().max() < 1e-4
    assert (out.std(dim=(0, 2, 3)) - 1).abs().max() < 1e-2
