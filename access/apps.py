"""Django's registration of this app."""

from importlib import import_module

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Tokens and who may do what with them."""

    name = "access"

    def ready(self) -> None:
        """Make the scheme of tokens known to the OpenAPI document."""
        import_module("access.openapi")
