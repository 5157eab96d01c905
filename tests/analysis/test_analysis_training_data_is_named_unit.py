"""Datasets that come with the program go by name."""

from analysis.training.data import is_named


def test_tells_names_from_paths() -> None:
    assert is_named("fashion-mnist")
    assert not is_named("./fashion-mnist")
