"""The datasets that are kept."""

import pytest
from django.db import IntegrityError

from tests.results.conftest import make_dataset

pytestmark = pytest.mark.django_db


def test_says_which_it_is() -> None:
    assert str(make_dataset(name="shoes", split="train", count=7)) == "shoes train (7 frames)"


def test_is_kept_once_by_its_hash() -> None:
    make_dataset(sha256="ab" * 32)
    with pytest.raises(IntegrityError):
        make_dataset(sha256="ab" * 32)
