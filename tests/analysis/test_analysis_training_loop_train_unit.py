"""The loop learns, is reproducible by seed, reports each epoch, and stops when it diverges."""

import dataclasses

import pytest
import torch

from analysis.classifiers.architectures import Normalise
from analysis.errors import TrainingError
from analysis.training import loop
from analysis.training.checkpoints import Checkpoint, EpochReport
from analysis.training.loop import Watch, train
from analysis.training.recipes import Recipe
from analysis.training.runs import new_network
from tests.analysis.tiny_models import TINY_RECIPE, stripes


def _trained(
    recipe: Recipe = TINY_RECIPE, *, seed: int = 0, count: int = 96, validate: bool = True
) -> tuple[torch.nn.Module, list[EpochReport], list[tuple[int, int]]]:
    part = stripes(count)
    reports: list[EpochReport] = []
    batches: list[tuple[int, int]] = []
    network = train(
        new_network(recipe, part, seed=seed),
        recipe,
        part,
        validation=stripes(30, seed=1) if validate else None,
        normalise=Normalise((0.2,), (0.2,)),
        seed=seed,
        watch=Watch(
            on_batch=lambda done, total: batches.append((done, total)), on_epoch=reports.append
        ),
    )
    return network, reports, batches


def test_learns_what_is_easy() -> None:
    _, reports, _ = _trained(dataclasses.replace(TINY_RECIPE, epochs=6))
    assert reports[-1].validation_accuracy is not None
    assert reports[-1].validation_accuracy > 0.9
    assert reports[-1].loss < reports[0].loss


def test_reports_every_batch_and_epoch() -> None:
    _, reports, batches = _trained()
    assert [report.epoch for report in reports] == [1, 2]
    assert batches == [(done, 12) for done in range(1, 13)]
    for report in reports:
        assert 0 <= report.accuracy <= 1
        assert report.seconds > 0 and report.images_per_second > 0


def test_measures_nothing_where_nothing_is_kept_back() -> None:
    _, reports, _ = _trained(validate=False)
    assert [report.validation_accuracy for report in reports] == [None, None]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_gives_the_same_for_the_same_seed_only(
    monkeypatch: pytest.MonkeyPatch, dtype: torch.dtype
) -> None:
    monkeypatch.setattr(loop, "fast_dtype", lambda device: dtype)
    first, again, other = (_trained(seed=seed)[0].state_dict() for seed in (3, 3, 4))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["head.weight"], other["head.weight"])


def test_returns_the_average_and_not_the_last_weights() -> None:
    recipe = dataclasses.replace(TINY_RECIPE, ema_decay=0.99)
    part = stripes(96)
    network = new_network(recipe, part, seed=0)
    averaged = train(
        network,
        recipe,
        part,
        validation=None,
        normalise=Normalise((0.2,), (0.2,)),
        seed=0,
    )
    assert averaged is not network and not averaged.training
    assert not torch.equal(
        averaged.state_dict()["head.weight"], network.state_dict()["head.weight"]
    )
    # The averaged copy counts the same batches, although a count cannot be averaged.
    assert int(averaged.state_dict()["stem.norm.num_batches_tracked"]) > 0


def test_trains_on_fewer_pictures_than_a_batch() -> None:
    _, reports, batches = _trained(count=5)
    assert len(batches) == len(reports) == 2


def test_stops_when_the_loss_is_no_number() -> None:
    recipe = dataclasses.replace(TINY_RECIPE, peak_learning_rate=1e30)
    with pytest.raises(TrainingError, match="expected a finite number, got .* in epoch 1"):
        _trained(recipe)


def test_refuses_nothing_to_train_on() -> None:
    with pytest.raises(
        TrainingError, match="expected at least 1 picture for each of 1 processes, got 0"
    ):
        _trained(count=0)


def test_goes_on_to_the_same_weights() -> None:
    recipe = dataclasses.replace(TINY_RECIPE, epochs=4)
    part, normalise = stripes(96), Normalise((0.2,), (0.2,))
    kept: list[Checkpoint] = []
    straight = train(
        new_network(recipe, part, seed=0),
        recipe,
        part,
        validation=None,
        normalise=normalise,
        seed=0,
        watch=Watch(on_checkpoint=kept.append),
    ).state_dict()
    assert [len(checkpoint.reports) for checkpoint in kept] == [1, 2, 3, 4]
    later: list[EpochReport] = []
    resumed = train(
        new_network(recipe, part, seed=0),
        recipe,
        part,
        validation=None,
        normalise=normalise,
        seed=0,
        start=kept[1],
        watch=Watch(on_epoch=later.append),
    ).state_dict()
    assert all(torch.equal(straight[name], resumed[name]) for name in straight)
    assert [report.loss for report in later] == [report.loss for report in kept[3].reports[2:]]
