"""A teacher answers as its network does and leaves no gradients."""

import pytest
import torch

from analysis.classifiers.architectures import Normalise
from analysis.training import distillation
from analysis.training.distillation import Teacher
from tests.analysis.tiny_models import noise, tiny_card, tiny_network


def test_answers_as_its_network_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distillation, "fast_dtype", lambda device: torch.float32)
    card, network = tiny_card(), tiny_network()
    images = torch.from_numpy(noise(5))[:, None]
    answers = Teacher(card, network, torch.device("cpu")).logits(images)
    expected = network(Normalise(card.input.mean, card.input.std)(images))
    torch.testing.assert_close(answers, expected.detach())
    assert not answers.requires_grad and answers.dtype == torch.float32
