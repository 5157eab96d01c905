"""The URL map of everything HTTP, all of it on the session port."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("results.api.urls")),
    # The admin and the API's pages name no icon, so browsers ask for this one.
    path("favicon.ico", RedirectView.as_view(url=static("results/icon.svg"), permanent=True)),
    path("", include("results.urls")),
]

handler404 = "results.views.not_found"
