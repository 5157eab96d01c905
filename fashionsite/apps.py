"""Django's registration of the project itself, for its commands."""

from django.apps import AppConfig


class FashionsiteConfig(AppConfig):
    """The project as an app: `python manage.py demo`."""

    name = "fashionsite"
