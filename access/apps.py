"""Django's registration of this app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from access.names import NAMES, name_models


class AccessConfig(AppConfig):
    """Tokens and who may do what with them."""

    name = "access"
    verbose_name = gettext_lazy("Access")

    def ready(self) -> None:
        """Make the scheme of tokens known to the OpenAPI document, and name the models."""
        import_module("access.openapi")
        name_models(self, NAMES)
