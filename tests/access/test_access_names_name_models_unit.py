"""access.names.name_models: models and fields by name, in the reader's language."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.utils import translation

from access.models import AccessToken
from results.models import Report, Session

# Said alike in both, or no words at all.
_SAME = {"ID", "uuid", "sha256", "Name", "Label", "Client", "Token", "name", "token", "client"}


def _shown() -> list[object]:
    """Every model that the admin shows of ours, with its report, and what is shown of each."""
    ours = [
        model for name in ("results", "access") for model in apps.get_app_config(name).get_models()
    ]
    found: list[object] = []
    for model in ours:
        if not admin.site.is_registered(model) and model is not Report:
            continue
        found += [model._meta.verbose_name, model._meta.verbose_name_plural]
        fields = [field for field in model._meta.local_fields if field.editable]
        found += [field.verbose_name for field in fields]
        found += [field.help_text for field in fields if field.help_text]
    return found


def test_every_name_and_help_that_the_admin_shows_is_german_for_germans() -> None:
    english = [str(one) for one in _shown()]
    with translation.override("de"):
        german = [str(one) for one in _shown()]
    assert len(english) > 90
    alike = {
        one for one, other in zip(english, german, strict=True) if one.lower() == other.lower()
    }
    assert {one for one in alike if one not in _SAME} <= {"label"}


def test_in_english_they_are_called_as_before() -> None:
    assert str(Session._meta.verbose_name_plural) == "sessions"
    assert str(Session._meta.get_field("created_at").verbose_name) == "created at"
    assert str(AccessToken._meta.verbose_name) == "access token"
    assert str(apps.get_app_config("results").verbose_name) == "Results"


@pytest.mark.django_db
def test_no_migration_has_to_know() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
