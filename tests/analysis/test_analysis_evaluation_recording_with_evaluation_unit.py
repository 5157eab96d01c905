"""A card keeps one run for each seed, its own among them."""

import numpy as np
import pytest

from analysis.errors import ClassifierError
from analysis.evaluation.recording import with_evaluation
from tests.analysis.tiny_models import tiny_card
from tests.analysis.tiny_records import tiny_evaluation, tiny_run


def test_adds_its_own_run_and_the_others_by_seed() -> None:
    card = with_evaluation(tiny_card(), tiny_evaluation(), [tiny_run(2, 0.7), tiny_run(1, 0.6)])
    assert [(run.seed, run.accuracy) for run in card.runs] == [(0, 0.9), (1, 0.6), (2, 0.7)]
    assert card.evaluation == tiny_evaluation() and card.format == 3


def test_replaces_runs_that_were_evaluated_again() -> None:
    card = tiny_card(format=2, runs=(tiny_run(0, 0.1), tiny_run(1, 0.6), tiny_run(2, 0.7)))
    card = with_evaluation(card, tiny_evaluation(), [tiny_run(2, 0.8)])
    assert [(run.seed, run.accuracy) for run in card.runs] == [(0, 0.9), (1, 0.6), (2, 0.8)]


def test_gives_mean_and_deviation_over_seeds() -> None:
    card = with_evaluation(tiny_card(), tiny_evaluation(), [tiny_run(2, 0.7), tiny_run(1, 0.6)])
    seeds = card.over_seeds
    assert seeds is not None and seeds.count == 3
    assert seeds.accuracy_mean == pytest.approx(np.mean([0.9, 0.6, 0.7]))
    assert seeds.accuracy_deviation == pytest.approx(np.std([0.9, 0.6, 0.7], ddof=1))
    flip_averaged = [run.flip_averaged_accuracy for run in card.runs]
    assert seeds.flip_averaged_accuracy_mean == pytest.approx(np.mean(flip_averaged))
    assert seeds.flip_averaged_accuracy_deviation == pytest.approx(np.std(flip_averaged, ddof=1))


def test_has_no_deviation_of_one_run() -> None:
    assert with_evaluation(tiny_card(), tiny_evaluation(), []).over_seeds is None


def test_needs_to_know_the_seed() -> None:
    with pytest.raises(ClassifierError, match="expected a card that says how it was trained"):
        with_evaluation(tiny_card(format=2, training=None), tiny_evaluation(), [])
