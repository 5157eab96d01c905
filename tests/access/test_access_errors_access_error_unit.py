"""access.errors.AccessError and its kinds."""

from access import errors


def test_each_kind_has_a_code_of_its_own() -> None:
    kinds = errors.AccessError.__subclasses__()
    assert len({kind.code for kind in kinds}) == len(kinds) == 3


def test_too_many_says_when_to_come_back() -> None:
    error = errors.TooMany("enough", 3.5)
    assert (str(error), error.retry_after_s) == ("enough", 3.5)
