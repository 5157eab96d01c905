"""The page of a run."""

from dataclasses import replace

from bench.report import render_page
from tests.bench.sections import SECTION


def _page(measured: str = "") -> list[str]:
    page = render_page(
        [replace(SECTION, measured=measured)], machine="a machine", date="2026-01-02"
    )
    return page.splitlines()


def test_shows_every_figure_with_its_spread() -> None:
    page = _page()
    assert "| a \\| b | 12,346 (1–99,999) | 0.46 |" in page
    assert "| none | 7 |  |" in page  # one round has no spread, a lacking value no cell
    assert "| count | 1,000 |  |" in page


def test_says_when_and_where_it_was_measured() -> None:
    assert "Measured 2026-01-02 on a machine." in _page()


def test_shows_the_goals_first_and_again_with_their_section() -> None:
    page = _page()
    met, missed = "| share | ≥ 0.9 | 0.95 | met |", "| ms | ≤ 5 | 7.25 | **not met** |"
    assert page.count(met) == page.count(missed) == 2
    assert page.index("## Goals") < page.index(met) < page.index("## Speed")


def test_keeps_notes_and_how_it_was_done() -> None:
    page = _page()
    assert "It was run." in page and "- A note." in page


def test_says_of_a_section_of_another_run_when_it_was_measured() -> None:
    assert "*Measured 2025-01-01 on another.*" in _page(measured="Measured 2025-01-01 on another.")
    here = "Measured 2026-01-02 on a machine."
    assert f"*{here}*" not in _page(measured=here)


def test_is_a_page_of_nothing_too() -> None:
    assert "## Goals" not in render_page([], machine="a machine", date="2026-01-02")
