"""bench.pages_visits.Address."""

import pytest

from bench.pages_visits import Address


def test_an_address_that_answers_with_an_error_is_named() -> None:
    Address("page", "whole", lambda: 302).check()
    with pytest.raises(RuntimeError, match="page: broken answered 500"):
        Address("page", "broken", lambda: 500).check()
