"""streaming.bookkeeping.register_classifier."""

import msgspec
import pytest

from streaming.bookkeeping import register_classifier
from streaming.errors import InvalidField
from tests.streaming.contexts import BROUGHT

pytestmark = pytest.mark.django_db


def test_keeps_what_the_client_says_of_it_once() -> None:
    first, again = register_classifier(BROUGHT), register_classifier(BROUGHT)
    assert first.pk == again.pk
    assert (first.name, first.sha256) == ("brought", "b" * 64)
    assert first.class_names == BROUGHT.class_names


def test_refuses_class_names_that_repeat() -> None:
    twice = msgspec.structs.replace(BROUGHT, class_names=["coat", "coat"])
    with pytest.raises(InvalidField, match="class_names must differ"):
        register_classifier(twice)
