"""Django's registration of the results app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

from access.names import name_models
from results.names import NAMES


class ResultsConfig(AppConfig):
    """The results app."""

    name = "results"
    verbose_name = gettext_lazy("Results")

    def ready(self) -> None:
        """Name the models in every language."""
        name_models(self, NAMES)
