"""The numbers by which samples are chosen."""

import numpy as np

from results.samples import choose_samples, sample_keys


def test_differ_from_frame_to_frame_and_look_random() -> None:
    keys = sample_keys(np.arange(10_000, dtype=np.uint64), 0)
    assert len(np.unique(keys)) == 10_000
    assert 0.47 < (keys / 2**64).mean() < 0.53


def test_depend_on_the_seed() -> None:
    sequences = np.arange(100, dtype=np.uint64)
    assert (sample_keys(sequences, 1) != sample_keys(sequences, 2)).all()
    np.testing.assert_array_equal(sample_keys(sequences, 1), sample_keys(sequences, 1 + 2**64))


def test_are_the_ones_that_choose() -> None:
    sequences = np.arange(50, dtype=np.uint64)
    lowest = np.argsort(sample_keys(sequences, 4))[:3].tolist()
    one_class, sure = np.zeros(50, dtype=np.int64), np.ones(50, dtype=np.float32)
    assert choose_samples(sequences, one_class, sure, count=3, seed=4) == lowest
