"""bench.pages_figures.session_sizes."""

import pytest

from bench.pages_figures import session_sizes


@pytest.mark.parametrize(("sessions", "predictions"), [(20, 20_000), (37, 12_345), (1_000, 10**7)])
def test_add_up_and_the_first_is_the_largest(sessions: int, predictions: int) -> None:
    sizes = session_sizes(sessions, predictions)
    assert len(sizes) == sessions
    assert sum(sizes) == predictions
    assert sizes[0] == max(sizes) == predictions // 10
    assert min(sizes) > 0
