"""Django's registration of the project itself, for its commands."""

from importlib import import_module

from django.apps import AppConfig


class FashionsiteConfig(AppConfig):
    """The project as an app: `python manage.py demo`."""

    name = "fashionsite"

    def ready(self) -> None:
        """Register the system checks."""
        import_module("fashionsite.checks")
