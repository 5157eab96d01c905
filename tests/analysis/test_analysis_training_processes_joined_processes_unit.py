"""Without torchrun a process is alone."""

import pytest
import torch
from torch import distributed

from analysis.errors import TrainingError
from analysis.training.processes import ALONE, joined_processes


def test_is_alone_where_nobody_started_others() -> None:
    with joined_processes(torch.device("cpu")) as (processes, device):
        assert processes == ALONE and device == torch.device("cpu")
    assert not distributed.is_initialized()


def test_says_when_the_others_cannot_be_met(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distributed, "is_torchelastic_launched", lambda: True)
    monkeypatch.delenv("RANK", raising=False)
    with pytest.raises(TrainingError, match="torchrun: expected to meet the other processes"):
        with joined_processes(torch.device("cpu")):
            pass
