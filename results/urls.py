"""The addresses of the pages."""

from django.urls import path

from results import views

app_name = "results"

urlpatterns = [
    path("", views.session_list, name="sessions"),
    path("sessions/", views.start_session, name="start"),
    path("sessions/<uuid:uuid>/", views.session_detail, name="session"),
    path("sessions/<uuid:uuid>/stop/", views.stop, name="stop"),
]
