"""The classifiers that are kept."""

import pytest
from django.db import IntegrityError

from tests.results.conftest import make_classifier

pytestmark = pytest.mark.django_db


def test_says_which_it_is() -> None:
    assert str(make_classifier(name="cnn", sha256="ab" * 32)) == "cnn (abababab)"


def test_is_kept_once_by_its_hash() -> None:
    make_classifier(sha256="ab" * 32, name="cnn")
    with pytest.raises(IntegrityError):
        make_classifier(sha256="ab" * 32, name="cnn")
