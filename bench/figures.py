"""What a part of the benchmark finds out: figures with their spread, tables, goals (pure).

Every part is a module of this folder with a function ``measure(scale)`` that returns a
:class:`Section`; ``bench.__main__`` runs them and ``bench.report`` writes them down.
"""

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured.

    Attributes:
        rounds: How often everything is measured, each thing once a round.
        is_quick: Whether this is a smoke test: smallest sizes that go through all the code.
    """

    rounds: int = 5
    is_quick: bool = False

    def pick(self, full: int, quick: int) -> int:
        """The first at full length, the second in a smoke test."""
        return quick if self.is_quick else full


@dataclass(frozen=True, slots=True)
class Spread:
    """One thing measured in several rounds.

    Attributes:
        median, lowest, highest: over the rounds.
        rounds: how many there were.
    """

    median: float
    lowest: float
    highest: float
    rounds: int


Value = Spread | float | int | str | None


@dataclass(frozen=True, slots=True)
class Column:
    """How a table shows one key of its rows.

    Attributes:
        key: of the rows.
        title: with the unit, as a reader sees it.
        digits: behind the decimal point.
    """

    key: str
    title: str
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values by the columns' keys; a key that a row lacks is an empty cell."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """What was wanted, and what came out.

    Attributes:
        text: what is measured, with its unit.
        wanted: the least or the most.
        measured: a median.
        at_least: whether more is better.
    """

    text: str
    wanted: float
    measured: float
    at_least: bool = True

    @property
    def is_met(self) -> bool:
        """Whether the figure is on the right side."""
        if self.at_least:
            return self.measured >= self.wanted
        return self.measured <= self.wanted


@dataclass(frozen=True, slots=True)
class Section:
    """What one part found out.

    Attributes:
        title: of the part.
        how: what was done, for a reader who wants to repeat or to doubt it.
        tables: the figures.
        goals: what they are held against.
        notes: whatever a reader has to know to read them rightly.
        measured: when and where, if not when and where the rest of its page was; `bench` sets it.
    """

    title: str
    how: str
    tables: tuple[Table, ...]
    goals: tuple[Goal, ...] = ()
    notes: tuple[str, ...] = ()
    measured: str = ""


def spread_of(values: Iterable[float]) -> Spread:
    """Median and extremes.

    Raises:
        ValueError: there are none.

    >>> spread_of([3.0, 1.0, 2.0])
    Spread(median=2.0, lowest=1.0, highest=3.0, rounds=3)
    """
    found = sorted(values)
    if not found:
        raise ValueError("a spread needs a value at least")
    return Spread(
        median=statistics.median(found), lowest=found[0], highest=found[-1], rounds=len(found)
    )


def ratio(numerators: Iterable[float], denominators: Iterable[float]) -> Spread:
    """The spread of ratios taken within each round, where the machine was the same for both.

    Raises:
        ValueError: not as many of one as of the other, or none.
    """
    return spread_of(above / below for above, below in zip(numerators, denominators, strict=True))
