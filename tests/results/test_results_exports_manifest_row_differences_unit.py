"""results.exports.manifest.row_differences: where rows differ, by their digests."""

import pytest

from results.exports.manifest import row_differences


@pytest.mark.parametrize(
    ("mine", "theirs", "ranges"),
    [
        pytest.param(["a", "b"], ["a", "b"], [], id="none"),
        pytest.param(["a", "x", "c"], ["a", "b", "c"], ["1025 to 2048"], id="middle"),
        pytest.param(
            ["x", "y", "c", "z"], ["a", "b", "c", "d"], ["1 to 2048", "3073 to 4096"], id="two"
        ),
        pytest.param(["a"], ["a", "b"], ["1025 to 2048"], id="shorter"),
        pytest.param(["a", "b"], [], ["1 to 2048"], id="longer"),
    ],
)
def test_runs_are_named_once(mine: list[str], theirs: list[str], ranges: list[str]) -> None:
    expected = [f"among rows {one} some differ from what somebody has" for one in ranges]
    assert row_differences(mine, theirs, whose="somebody") == expected
