"""streaming.datasets.headers.DatasetHeader."""

from dataclasses import replace

from tests.streaming.dataset_files import HEADER


def test_knows_the_shape_and_size_of_a_grey_frame() -> None:
    assert HEADER.frame_shape == (3, 2)
    assert HEADER.frame_bytes == 6


def test_knows_the_shape_and_size_of_a_coloured_frame() -> None:
    coloured = replace(HEADER, channels=3)
    assert coloured.frame_shape == (3, 2, 3)
    assert coloured.frame_bytes == 18
