"""streaming.datasets.headers.preferred_chunk_frames."""

from dataclasses import replace

import pytest

from streaming.datasets.headers import preferred_chunk_frames
from tests.streaming.dataset_files import HEADER


@pytest.mark.parametrize(
    ("side", "frames"),
    [
        pytest.param(1, 4096, id="tiny"),
        pytest.param(28, 1337, id="Fashion-MNIST"),
        pytest.param(1024, 1, id="one mebibyte"),
        pytest.param(4096, 1, id="huge"),
        pytest.param(0, 4096, id="not valid, but no crash"),
    ],
)
def test_makes_chunks_of_about_a_mebibyte(side: int, frames: int) -> None:
    assert preferred_chunk_frames(replace(HEADER, height=side, width=side)) == frames
