"""The sections of one run as a Markdown page and as JSON (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from analysis.evaluation.markdown import cell, table
from bench.figures import Column, Goal, Section, Spread, Table, Value

_INTRODUCTION = """\
# Benchmarks

Written by `make bench`, which measures everything side by side on one machine; `var/bench.json`
holds the same figures for programs. Of several rounds a cell gives the median, in brackets the
lowest and the highest. Machines differ and so do their hours: compare ratios, not times.
"""


def render_page(sections: Iterable[Section], *, machine: str, date: str) -> str:
    """The page, goals first.

    Args:
        sections: one a part.
        machine: processor, cores, versions.
        date: of the run.
    """
    known = list(sections)
    goals = [goal for section in known for goal in section.goals]
    measured = measured_at(machine=machine, date=date)
    parts = [_INTRODUCTION, f"{measured}\n"]
    if goals:
        parts.append("## Goals\n\n" + _goals(goals) + "\n")
    parts.extend(_section(section, measured) for section in known)
    return "\n".join(parts)


def measured_at(*, machine: str, date: str) -> str:
    """When and where, as a sentence."""
    return f"Measured {date} on {machine}."


def as_json(sections: Mapping[str, Section], *, machine: str, date: str) -> dict[str, Any]:
    """The same as built-in types, by the part's name."""
    return {
        "machine": machine,
        "date": date,
        "parts": {name: msgspec.to_builtins(section) for name, section in sections.items()},
    }


def sections_from(document: Mapping[str, Any]) -> dict[str, Section]:
    """What :func:`as_json` made, back again.

    Raises:
        msgspec.ValidationError: it did not make this.
    """
    return msgspec.convert(document["parts"], dict[str, Section])


def _section(section: Section, measured: str) -> str:
    blocks = [f"## {section.title}"]
    if section.measured not in ("", measured):
        # Left from another run.
        blocks.append(f"*{section.measured}*")
    blocks.append(section.how.strip())
    blocks.extend(_table(one) for one in section.tables)
    if section.goals:
        blocks.append(_goals(section.goals))
    if section.notes:
        blocks.append("\n".join(f"- {note}" for note in section.notes))
    return "\n\n".join(blocks) + "\n"


def _table(one: Table) -> str:
    head = [column.title for column in one.columns]
    rows = [[_cell(row.get(column.key), column) for column in one.columns] for row in one.rows]
    title = f"**{one.title}**\n\n" if one.title else ""
    return title + table(head, rows)


def _goals(goals: Sequence[Goal]) -> str:
    return table(
        ("goal", "wanted", "measured", ""),
        [
            (
                goal.text,
                f"{'≥' if goal.at_least else '≤'} {goal.wanted:,.4g}",
                f"{goal.measured:,.4g}",
                "met" if goal.is_met else "**not met**",
            )
            for goal in goals
        ],
    )


def _cell(value: Value, column: Column) -> str:
    match value:
        case None:
            return ""
        case str():
            return cell(value)
        case Spread(rounds=1):
            return f"{value.median:,.{column.digits}f}"
        case Spread():
            return (
                f"{value.median:,.{column.digits}f} "
                f"({value.lowest:,.{column.digits}f}–{value.highest:,.{column.digits}f})"
            )
        case _:
            return f"{value:,.{column.digits}f}"
