"""The URL map of everything HTTP, all of it on the session port."""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
]
