"""Noise as a dataset pickle."""

from pathlib import Path

from bench.datasets import noise_dataset
from streaming.datasets.library import open_dataset


def test_has_as_many_frames_as_asked_for(tmp_path: Path) -> None:
    dataset = open_dataset(noise_dataset(tmp_path, 10_050, 8))
    assert dataset.header.count == 10_050
    assert dataset.read(10_000, 50).shape == (50, 8, 8)
    labels = dataset.labels(0, 100)
    assert labels is not None and len(set(labels.tolist())) == 10
