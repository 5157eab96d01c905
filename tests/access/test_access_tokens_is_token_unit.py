"""access.tokens.is_token."""

import pytest

from access.tokens import is_token, new_token


def test_knows_those_that_are_made_here() -> None:
    assert all(is_token(new_token()) for _ in range(1000))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fst_",
        "fst_" + 42 * "a",
        "fst_" + 44 * "a",
        "xyz_" + 43 * "a",
        "fst_" + 42 * "a" + "é",
        "fst_" + 42 * "a" + "\n",
        "fst_" + 43 * "a" + "\n",
    ],
)
def test_takes_nothing_else_for_one(text: str) -> None:
    assert not is_token(text)
