"""Every class id has a name, whichever of several lists knows it."""

import pytest

from results.comparing.sides import all_class_names


@pytest.mark.parametrize(
    ("lists", "names"),
    [
        pytest.param([["a", "b"], ["A", "B"]], ("a", "b"), id="the first list's"),
        pytest.param([["a"], ["A", "B"]], ("a", "B"), id="where it has one"),
        pytest.param([[], []], (), id="none"),
    ],
)
def test_takes_the_first_name_that_there_is(lists: list[list[str]], names: tuple[str, ...]) -> None:
    assert all_class_names(*lists) == names
