"""Tables of Markdown for the pages beside a package. Pure."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The rows below the head, all of them of as many cells, without a line end after the last.

    >>> print(table(("seed", "accuracy"), [("0", "95.00 %")]))
    | seed | accuracy |
    | --- | --- |
    | 0 | 95.00 % |
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def cell(text: str) -> str:
    r"""Text that may come from anywhere, without a line, cell, link or tag of its own.

    >>> print(cell("a|b <script>"))
    a\|b \<script\>
    """
    one_line = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|#" else letter for letter in one_line)


def percent(share: float | None) -> str:
    """A share of 0 to 1 with two digits of a percent; a dash where there is none.

    >>> percent(0.95), percent(None)
    ('95.00 %', '–')
    """
    return "–" if share is None else f"{100 * share:.2f} %"
