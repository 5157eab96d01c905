"""results.ages.parse_age."""

from datetime import timedelta

import pytest

from results.ages import parse_age


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("90m", timedelta(minutes=90)),
        ("12h", timedelta(hours=12)),
        ("30d", timedelta(days=30)),
        (" 2w ", timedelta(days=14)),
        ("0d", timedelta(0)),
    ],
)
def test_is_a_number_and_a_unit(text: str, age: timedelta) -> None:
    assert parse_age(text) == age


@pytest.mark.parametrize("text", ["", "30", "d", "-1d", "1.5d", "30 d", "30s", "\u0663d", "99999d"])
def test_refuses_anything_else(text: str) -> None:
    with pytest.raises(ValueError, match="an age is"):
        parse_age(text)
