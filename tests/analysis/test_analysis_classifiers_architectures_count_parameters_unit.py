"""Trained numbers are counted, running statistics are not."""

from torch import nn

from analysis.classifiers.architectures import count_parameters


def test_counts_weights_and_biases_only() -> None:
    assert count_parameters(nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))) == 16 + 8


def test_counts_nothing_in_nothing() -> None:
    assert count_parameters(nn.Identity()) == 0
