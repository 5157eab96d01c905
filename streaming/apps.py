"""Django's registration of the streaming app."""

from django.apps import AppConfig


class StreamingConfig(AppConfig):
    """The streaming app."""

    name = "streaming"
