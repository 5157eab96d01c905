"""Django's registration of the analysis app."""

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    """The analysis app."""

    name = "analysis"
