"""Shares add up to the whole, and a process that is alone changes nothing."""

import pytest
import torch

from analysis.training.processes import ALONE, Processes


@pytest.mark.parametrize("count", [1, 2, 3])
def test_shares_add_up_to_the_whole(count: int) -> None:
    shares = [Processes(rank, count).share(torch.arange(8)) for rank in range(count)]
    assert sorted(torch.cat(shares).tolist()) == list(range(8))
    assert max(len(share) for share in shares) - min(len(share) for share in shares) <= 1


def test_adds_up_and_averages_alone_what_is_there() -> None:
    values = torch.tensor([1.5, 2.5])
    ALONE.add_up([values])
    ALONE.average([values])
    assert values.tolist() == [1.5, 2.5]


def test_the_first_leads() -> None:
    assert ALONE.is_lead and Processes(0, 2).is_lead and not Processes(1, 2).is_lead
