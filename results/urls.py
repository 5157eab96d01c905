"""The addresses of the pages."""

from django.urls import path

from results.views import again, comparison, downloads, frames, profile, sessions

app_name = "results"

urlpatterns = [
    path("", sessions.session_list, name="sessions"),
    path("sessions/", sessions.start_session, name="start"),
    path("sessions/<uuid:uuid>/", sessions.session_detail, name="session"),
    path("sessions/<uuid:uuid>/frames/", frames.frame_wall, name="frames"),
    path("sessions/<uuid:uuid>/frames/<int:sequence>/", frames.frame_detail, name="frame"),
    path("sessions/<uuid:uuid>/downloads/", downloads.session_downloads, name="downloads"),
    path("sessions/<uuid:uuid>/stop/", sessions.stop, name="stop"),
    path("sessions/<uuid:uuid>/drift/", profile.drift, name="drift"),
    path("sessions/<uuid:uuid>/threshold/", profile.threshold, name="threshold"),
    path("sessions/<uuid:uuid>/again/", again.run_again, name="again"),
    path("sessions/<uuid:uuid>/compare/", comparison.compare, name="compare"),
    path(
        "sessions/<uuid:uuid>/compare/<uuid:other>/<int:sequence>/",
        comparison.frame,
        name="compared-frame",
    ),
]
