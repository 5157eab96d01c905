"""Ages as people write them (pure)."""

import re
from datetime import timedelta

_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_LONGEST = timedelta(days=36_500)


def parse_age(text: str) -> timedelta:
    """An age from a whole number and a unit: minutes, hours, days or weeks.

    Raises:
        ValueError: it is none, or longer than a century.

    >>> parse_age("30d"), parse_age("12h")
    (datetime.timedelta(days=30), datetime.timedelta(seconds=43200))
    """
    found = re.fullmatch(r"([0-9]{1,8})([mhdw])", text.strip())
    if found is None:
        raise ValueError(f"an age is a whole number and m, h, d or w, such as 30d; got {text!r}")
    age = int(found[1]) * _UNITS[found[2]]
    if age > _LONGEST:
        raise ValueError(f"an age is at most {_LONGEST.days}d, got {text!r}")
    return age
