"""The loss is cross-entropy, and with a teacher as much of a divergence as the recipe says."""

import dataclasses

import pytest
import torch
from scipy.special import softmax
from scipy.stats import entropy

from analysis.training.distillation import training_loss
from tests.analysis.tiny_models import TINY_RECIPE

LOGITS = torch.tensor([[2.0, -1.0, 0.5], [0.1, 0.2, 3.0]])
ANSWERS = torch.tensor([[1.0, 1.0, -2.0], [4.0, 0.0, 0.0]])
TRUTH = torch.tensor([0, 2])


def test_is_cross_entropy_without_a_teacher() -> None:
    recipe = dataclasses.replace(TINY_RECIPE, label_smoothing=0.0)
    shares = softmax(LOGITS.numpy(), axis=1)
    expected = -(torch.log(torch.tensor([shares[0, 0], shares[1, 2]]))).mean()
    torch.testing.assert_close(training_loss(LOGITS, TRUTH, recipe), expected)


def test_adds_the_divergence_from_the_teacher() -> None:
    recipe = dataclasses.replace(
        TINY_RECIPE, distillation_weight=0.25, distillation_temperature=3.0
    )
    divergence = entropy(
        softmax(ANSWERS.numpy() / 3.0, axis=1), softmax(LOGITS.numpy() / 3.0, axis=1), axis=1
    ).mean()
    expected = 0.75 * float(training_loss(LOGITS, TRUTH, recipe)) + 0.25 * 9.0 * divergence
    loss = training_loss(LOGITS, TRUTH, recipe, teacher_logits=ANSWERS)
    assert float(loss) == pytest.approx(expected, rel=1e-5)


def test_learns_nothing_more_from_a_teacher_that_agrees() -> None:
    recipe = dataclasses.replace(TINY_RECIPE, distillation_weight=1.0)
    assert float(training_loss(LOGITS, TRUTH, recipe, teacher_logits=LOGITS)) == pytest.approx(0.0)
