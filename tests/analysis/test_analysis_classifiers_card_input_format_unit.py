"""What a network takes, by size and mode."""

import pytest

from tests.analysis.tiny_models import tiny_card


@pytest.mark.parametrize(
    ("mode", "channels", "shape"),
    [
        pytest.param("L", 1, (8, 10), id="grey"),
        pytest.param("RGB", 3, (8, 10, 3), id="RGB"),
    ],
)
def test_knows_channels_and_shape(mode: str, channels: int, shape: tuple[int, ...]) -> None:
    wanted = tiny_card(mode).input
    assert (wanted.channels, wanted.image_shape) == (channels, shape)
