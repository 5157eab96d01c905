"""bench.load_figures.figures_of."""

import pytest

from bench.load_figures import figures_of
from tests.bench.load_accounts import START_NS, account_of


def test_adds_up_what_the_sessions_came_to() -> None:
    figures = figures_of([account_of([0, 1]), account_of([0, 3], announced=5)], fps=10)
    assert (figures.sessions, figures.completed) == (2, 1)
    assert (figures.announced, figures.received, figures.stored, figures.lost) == (7, 4, 4, 3)
    assert figures.failures == {"frames are missing": 1}
    assert figures.pacing.highest == pytest.approx(3)
    assert figures.arrival.highest == pytest.approx(4)


def test_the_steady_time_is_when_every_session_streamed() -> None:
    early, late = account_of([0] * 10), account_of([0] * 20)
    late.started_at_ns += 10**8
    figures = figures_of([early, late], fps=10)
    assert figures.steady_from_ns == START_NS + 10**8
    assert figures.steady_to_ns == START_NS + 10**9


def test_what_is_late_while_others_open_or_end_is_not_in_the_steady_figure() -> None:
    early, late = account_of([7, 0, 2]), account_of([0, 0, 1, 9])
    late.started_at_ns += 10**8
    figures = figures_of([early, late], fps=10)
    assert figures.pacing.highest == pytest.approx(9)
    assert figures.steady_pacing.highest == pytest.approx(2)


@pytest.mark.parametrize("started_at_ns", [0, START_NS + 10**12])
def test_there_is_none_where_one_began_too_late_or_never(started_at_ns: int) -> None:
    early, late = account_of([0]), account_of([0])
    late.started_at_ns = started_at_ns
    figures = figures_of([early, late], fps=10)
    assert (figures.steady_from_ns, figures.steady_to_ns) == (0, 0)
