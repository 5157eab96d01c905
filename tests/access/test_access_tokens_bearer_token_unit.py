"""access.tokens.bearer_token."""

import pytest

from access.tokens import bearer_token


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("Basic dXNlcjpwYXNz", None),
        ("Bearerfst_a", None),
        ("Bearer fst_a", "fst_a"),
        ("bearer  fst_a ", "fst_a"),
        ("BEARER fst_a", "fst_a"),
        # A scheme without credentials brings a token that is wrong, not none.
        ("Bearer", ""),
    ],
)
def test_reads_the_scheme_in_any_case(header: str | None, expected: str | None) -> None:
    assert bearer_token(header) == expected
