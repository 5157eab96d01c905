"""A count on the command line is an integer and large enough."""

from argparse import ArgumentTypeError

import pytest

from analysis.management.commands.train import at_least


def test_takes_an_integer_that_is_large_enough() -> None:
    assert at_least(1)("1") == 1
    assert at_least(0)("12") == 12


@pytest.mark.parametrize("text", ["0", "-3", "1.5", "", "many"])
def test_says_what_was_expected(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match=f"an integer of at least 1, got '{text}'"):
        at_least(1)(text)
