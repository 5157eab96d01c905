"""The cycle is that of torch's own OneCycleLR."""

import pytest
import torch
from torch.optim.lr_scheduler import OneCycleLR

from analysis.training.schedule import one_cycle


@pytest.mark.parametrize(
    ("total_steps", "warmup_share"),
    [(100, 0.2), (17, 0.35), (3, 0.9), (2, 0.2), (1, 0.2)],
)
def test_follows_an_independent_implementation(total_steps: int, warmup_share: float) -> None:
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.08)
    schedule = OneCycleLR(
        optimizer,
        max_lr=0.08,
        total_steps=total_steps,
        pct_start=warmup_share,
        cycle_momentum=False,
    )
    for step in range(total_steps):
        rate = one_cycle(step, total_steps=total_steps, peak=0.08, warmup_share=warmup_share)
        assert rate == pytest.approx(schedule.get_last_lr()[0], rel=1e-9, abs=1e-12)
        optimizer.step()
        if step < total_steps - 1:
            schedule.step()


def test_can_warm_up_to_the_very_end() -> None:
    assert one_cycle(9, total_steps=10, peak=0.5, warmup_share=1.0) == pytest.approx(0.5)
