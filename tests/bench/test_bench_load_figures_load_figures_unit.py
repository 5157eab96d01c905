"""bench.load_figures.LoadFigures."""

from dataclasses import asdict

import msgspec

from bench.load_figures import LoadFigures
from tests.bench.load_accounts import load_of


def test_lost_is_what_was_announced_and_is_not_stored() -> None:
    assert load_of(3).lost == 0


def test_its_json_gives_the_same_figures_back() -> None:
    figures = load_of(2)
    assert msgspec.json.decode(msgspec.json.encode(asdict(figures)), type=LoadFigures) == figures
