"""streaming.errors.StreamingError and the whole tree below it."""

import inspect
import re

import pytest

from streaming import errors
from streaming.errors import StreamingError

CLASSES = [
    each
    for _, each in inspect.getmembers(errors, inspect.isclass)
    if issubclass(each, StreamingError)
]


def test_every_class_has_a_code_of_its_own() -> None:
    codes = [each.__dict__["code"] for each in CLASSES]
    assert len(set(codes)) == len(codes) > 15
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


@pytest.mark.parametrize("error", [pytest.param(each, id=each.__name__) for each in CLASSES])
def test_the_tree_in_the_module_docstring_shows_it(error: type[StreamingError]) -> None:
    assert errors.__doc__ is not None
    lines = errors.__doc__.splitlines()
    (line,) = [each for each in lines if re.search(rf"(^|[ ─]){error.__name__}($| )", each)]
    # One level of the drawing is four columns.
    depth = len(error.__mro__) - len(StreamingError.__mro__) - issubclass(error, LookupError) * 2
    assert (len(line) - len(line.lstrip(" │├└─")) - 4) // 4 == depth


def test_a_message_and_its_code_stand_apart() -> None:
    error = errors.DatasetCorrupt("a sentence")
    assert (str(error), error.code) == ("a sentence", "dataset-corrupt")
