"""results.api.problems.sentence: an error's detail as one line."""

import pytest

from results.api.problems import sentence


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        pytest.param("Wrong.", "Wrong.", id="text"),
        pytest.param({"fps": ["Not a number."]}, "fps: Not a number.", id="a field"),
        pytest.param({"a": ["One."], "b": ["Two."]}, "a: One. b: Two.", id="fields"),
        pytest.param({"non_field_errors": ["All of it."]}, "All of it.", id="no field"),
        pytest.param(["One.", "Two."], "One. Two.", id="a list"),
    ],
)
def test_reads_as_one_line(detail: object, expected: str) -> None:
    assert sentence(detail) == expected
