"""The URL map of everything HTTP, all of it on the session port."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("results.api.urls")),
    path("", include("results.urls")),
]

handler404 = "results.views.not_found"
