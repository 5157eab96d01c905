"""Text of a cell stays text, on one line."""

import pytest

from analysis.evaluation.markdown import cell


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("T-shirt/top", "T-shirt/top", id="plain"),
        pytest.param("a\n  b\tc", "a b c", id="lines"),
        pytest.param("a|b", "a\\|b", id="a cell"),
        pytest.param("**bold** _too_", "\\*\\*bold\\*\\* \\_too\\_", id="emphasis"),
        pytest.param("<b>[c](d)`e`#", "\\<b\\>\\[c\\](d)\\`e\\`\\#", id="tags, links, code"),
        pytest.param("\\|", "\\\\\\|", id="escaped already"),
    ],
)
def test_escapes_what_markdown_would_read(text: str, expected: str) -> None:
    assert cell(text) == expected
