"""tools.plan_capacity.prediction_bytes."""

from tools.plan_capacity import Wanted, prediction_bytes


def test_a_prediction_costs_four_bytes_a_class_and_what_is_around_them() -> None:
    assert prediction_bytes(Wanted(cameras=1, fps=1)) == 16 + 8 + 4 + 40 + 8 + 22 + 52
    ten, twenty = (prediction_bytes(Wanted(cameras=1, fps=1, classes=n)) for n in (10, 20))
    assert twenty - ten == 40
