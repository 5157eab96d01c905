"""A card keeps one run for each seed, its own among them."""

from analysis.evaluation.recording import with_evaluation
from tests.analysis.tiny_models import tiny_card
from tests.analysis.tiny_records import tiny_evaluation, tiny_run


def test_adds_its_own_run_and_the_others_by_seed() -> None:
    card = with_evaluation(tiny_card(), tiny_evaluation(), [tiny_run(2, 0.7), tiny_run(1, 0.6)])
    assert [(run.seed, run.accuracy) for run in card.runs] == [(0, 0.9), (1, 0.6), (2, 0.7)]
    assert card.evaluation == tiny_evaluation() and card.format == 2


def test_replaces_runs_that_were_evaluated_again() -> None:
    card = tiny_card(format=2, runs=(tiny_run(0, 0.1), tiny_run(1, 0.6), tiny_run(2, 0.7)))
    card = with_evaluation(card, tiny_evaluation(), [tiny_run(2, 0.8)])
    assert [(run.seed, run.accuracy) for run in card.runs] == [(0, 0.9), (1, 0.6), (2, 0.8)]
