"""The addresses under ``/api/``."""

from typing import Any

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from results.api import comparison, downloads, history, profiles, views

app_name = "results-api"

_docs: Any = SpectacularSwaggerSplitView.as_view(
    url_name="results-api:schema", template_name="results/api_docs.html"
)
# A page for people, which on a network leads to the sign-in page and not to an error of REST's.
_docs.login_required = True

urlpatterns = [
    path("sessions/", views.SessionList.as_view(), name="sessions"),
    path("sessions/<uuid:uuid>/", views.SessionDetail.as_view(), name="session"),
    path("sessions/<uuid:uuid>/stop/", views.SessionStop.as_view(), name="stop"),
    path("sessions/<uuid:uuid>/predictions/", views.PredictionList.as_view(), name="predictions"),
    path("sessions/<uuid:uuid>/report/", views.ReportDetail.as_view(), name="report"),
    path(
        "sessions/<uuid:uuid>/verification/",
        views.VerificationDetail.as_view(),
        name="verification",
    ),
    path("sessions/<uuid:uuid>/metrics/", views.MetricsDetail.as_view(), name="metrics"),
    path(
        "sessions/<uuid:uuid>/comparison/<uuid:other>/",
        comparison.ComparisonDetail.as_view(),
        name="comparison",
    ),
    path(
        "sessions/<uuid:uuid>/comparison/<uuid:other>/flips/",
        comparison.FlipList.as_view(),
        name="flips",
    ),
    path("sessions/<uuid:uuid>/history/", history.HistoryDetail.as_view(), name="history"),
    path("sessions/<uuid:uuid>/drift/", profiles.DriftDetail.as_view(), name="drift"),
    path("sessions/<uuid:uuid>/threshold/", profiles.ThresholdDetail.as_view(), name="threshold"),
    path(
        "sessions/<uuid:uuid>/calibration/",
        profiles.CalibrationDetail.as_view(),
        name="calibration",
    ),
    path("sessions/<uuid:uuid>/latency/", profiles.LatencyDetail.as_view(), name="latency"),
    path("sessions/<uuid:uuid>/samples/", views.SampleList.as_view(), name="samples"),
    path(
        "sessions/<uuid:uuid>/samples/<int:position>.png",
        views.SamplePicture.as_view(),
        name="sample",
    ),
    path(
        "sessions/<uuid:uuid>/frames/<int:sequence>.png",
        views.FramePicture.as_view(),
        name="frame",
    ),
    path("sessions/<uuid:uuid>/samples.zip", downloads.SamplesZip.as_view(), name="samples-zip"),
    path("sessions/<uuid:uuid>/export.json", downloads.JsonExport.as_view(), name="export-json"),
    path(
        "sessions/<uuid:uuid>/export.jsonl",
        downloads.JsonLinesExport.as_view(),
        name="export-jsonl",
    ),
    path("sessions/<uuid:uuid>/export.csv", downloads.CsvExport.as_view(), name="export-csv"),
    path(
        "sessions/<uuid:uuid>/export.parquet",
        downloads.ParquetExport.as_view(),
        name="export-parquet",
    ),
    path("sessions/<uuid:uuid>/export.html", downloads.HtmlExport.as_view(), name="export-html"),
    path(
        "sessions/<uuid:uuid>/export.csv.manifest.json",
        downloads.CsvManifest.as_view(),
        name="export-csv-manifest",
    ),
    path(
        "sessions/<uuid:uuid>/export.jsonl.manifest.json",
        downloads.JsonLinesManifest.as_view(),
        name="export-jsonl-manifest",
    ),
    path(
        "sessions/<uuid:uuid>/export.manifest.json",
        downloads.BareManifest.as_view(),
        name="export-manifest",
    ),
    path("classifiers/", views.ClassifierList.as_view(), name="classifiers"),
    path("report-schema/", views.ReportSchema.as_view(), name="report-schema"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", _docs, name="docs"),
]
