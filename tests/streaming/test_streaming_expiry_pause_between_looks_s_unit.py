"""streaming.expiry.pause_between_looks_s."""

import pytest

from streaming.expiry import pause_between_looks_s


@pytest.mark.parametrize(
    ("expire_after_s", "pause_s"), [(600, 30), (120, 30), (119, 29.75), (2, 0.5), (0.01, 0.0025)]
)
def test_is_a_quarter_of_it_and_half_a_minute_at_most(
    expire_after_s: float, pause_s: float
) -> None:
    assert pause_between_looks_s(expire_after_s) == pause_s
