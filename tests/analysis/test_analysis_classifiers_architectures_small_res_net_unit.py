"""The residual network gives one logit for each class, whatever the picture's size."""

import pytest
import torch

from analysis.classifiers.architectures import SmallResNet


@pytest.mark.parametrize("stem_stride", [1, 2])
@pytest.mark.parametrize(
    ("channels", "height", "width"),
    [pytest.param(1, 28, 28, id="grey"), pytest.param(3, 17, 40, id="RGB, odd sizes")],
)
def test_gives_a_logit_for_each_class(
    channels: int, height: int, width: int, stem_stride: int
) -> None:
    network = SmallResNet(channels, 7, stem_stride=stem_stride, widths=(4, 6, 8), blocks=(1, 2, 1))
    assert network(torch.zeros(2, channels, height, width)).shape == (2, 7)
    assert len(network.stages) == 4


@pytest.mark.parametrize(("stem_stride", "size"), [(1, (8, 10)), (2, (4, 5))])
def test_the_stem_decides_at_which_size_the_first_stage_works(
    stem_stride: int, size: tuple[int, int]
) -> None:
    network = SmallResNet(1, 3, stem_stride=stem_stride, widths=(4,), blocks=(1,))
    assert network.stem(torch.zeros(1, 1, 8, 10)).shape[2:] == size


def test_can_be_trained_in_every_part() -> None:
    torch.manual_seed(0)
    network = SmallResNet(1, 3, stem_stride=2, widths=(4, 8), blocks=(1, 1))
    network(torch.randn(4, 1, 8, 8)).square().sum().backward()
    for name, parameter in network.named_parameters():
        assert parameter.grad is not None and parameter.grad.abs().sum() > 0, name
