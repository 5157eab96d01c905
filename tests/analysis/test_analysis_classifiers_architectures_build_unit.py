"""Networks are built by name, and a hostile card cannot ask for just anything."""

from typing import Any

import pytest
import torch

from analysis.classifiers.architectures import MAX_BLOCKS_PER_STAGE, MAX_WIDTH, build
from analysis.errors import InvalidCard


def test_builds_in_channels_last_memory() -> None:
    network = build(
        "compact-resnet", channels=3, classes=5, arguments={"widths": [4, 6], "blocks": [1, 1]}
    )
    assert network(torch.zeros(1, 3, 8, 8)).shape == (1, 5)
    kernels = [p for p in network.parameters() if p.ndim == 4]
    assert all(k.is_contiguous(memory_format=torch.channels_last) for k in kernels)


def test_lists_what_there_is_for_an_unknown_name() -> None:
    with pytest.raises(
        InvalidCard, match="expected one of cifar-resnet, compact-resnet, got 'alexnet'"
    ):
        build("alexnet", channels=1, classes=2, arguments={})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"widths": [4]}, "exactly 'widths' and 'blocks'", id="one missing"),
        pytest.param({"widths": [4], "blocks": [1], "x": 1}, "exactly", id="one too many"),
        pytest.param({"widths": [4, 8], "blocks": [1]}, "as many 'blocks'", id="uneven"),
        pytest.param({"widths": 4, "blocks": [1]}, "widths: expected 1 to 8", id="no list"),
        pytest.param({"widths": [], "blocks": []}, "widths: expected", id="no stage"),
        pytest.param({"widths": [4] * 9, "blocks": [1] * 9}, "widths: expected", id="9 stages"),
        pytest.param({"widths": [0], "blocks": [1]}, "1 to 4096, got", id="no width"),
        pytest.param({"widths": [MAX_WIDTH + 1], "blocks": [1]}, "widths: expected", id="wide"),
        pytest.param(
            {"widths": [4], "blocks": [MAX_BLOCKS_PER_STAGE + 1]}, "blocks: expected", id="deep"
        ),
    ],
)
def test_refuses_arguments_that_it_does_not_take(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidCard, match=message):
        build("compact-resnet", channels=1, classes=2, arguments=arguments)
