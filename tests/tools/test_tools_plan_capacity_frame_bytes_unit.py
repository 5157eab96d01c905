"""tools.plan_capacity.frame_bytes."""

from tools.plan_capacity import Wanted, frame_bytes


def test_a_frame_costs_its_pixels_and_what_is_around_them() -> None:
    small, large = (frame_bytes(Wanted(cameras=1, fps=1, side=side)) for side in (28, 56))
    assert large - small == 56 * 56 - 28 * 28
    assert small == 28 * 28 + 32 + 4 + 22 + 52
