"""The admin: everything that a protocol wrote can be looked at, and nothing of it changed.

A module a model; importing this package registers them all.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from results.admin import classifiers, datasets, predictions, sessions, workers

__all__ = ["classifiers", "datasets", "predictions", "sessions", "workers"]

admin.site.site_header = "fashionsite"
admin.site.site_title = "fashionsite"
admin.site.index_title = gettext_lazy("What was streamed, and what came of it")
