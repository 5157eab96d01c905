"""What can go wrong with results."""

import inspect

from results import errors


def test_every_error_is_one_with_a_code_of_its_own_and_listed() -> None:
    found = [
        one
        for _, one in inspect.getmembers(errors, inspect.isclass)
        if one.__module__ == errors.__name__
    ]
    kinds = [one for one in found if issubclass(one, errors.ResultsError)]
    assert kinds == found
    assert len({one.code for one in kinds}) == len(kinds) > 10
    assert all(one.__name__ in (errors.__doc__ or "") for one in found)
