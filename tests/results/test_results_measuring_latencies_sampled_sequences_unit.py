"""results.measuring.latencies.sampled_sequences."""

import numpy as np
import pytest

from results.measuring.latencies import SAMPLED_A_SLICE, SLICES, sampled_sequences


@pytest.mark.parametrize("sent", [0, 1, 59, 6000])
def test_all_of_a_short_session(sent: int) -> None:
    assert sampled_sequences(sent).tolist() == list(range(sent))


@pytest.mark.parametrize("sent", [6001, 10_000, 1_000_000])
def test_as_many_of_each_slice_of_a_long_one(sent: int) -> None:
    found = sampled_sequences(sent)
    assert len(np.unique(found)) == len(found) == SLICES * SAMPLED_A_SLICE
    assert (np.diff(found) > 0).all() and found[-1] < sent
    of_slice = np.bincount(found * SLICES // sent, minlength=SLICES)
    assert abs(of_slice - SAMPLED_A_SLICE).max() <= 1
    assert found.tolist() == sampled_sequences(sent).tolist()


def test_keeps_no_step_with_the_frames_of_messages() -> None:
    places = np.bincount(sampled_sequences(1_000_000) % 64, minlength=64)
    assert places.min() > 50
