"""Files to take away, over REST."""

from collections.abc import Callable, Iterator
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from results import selectors
from results.api.serializers import (
    JsonExportSerializer,
    ManifestSerializer,
    ProblemSerializer,
)
from results.api.views import FirstRenderer, ResultsView, refuse_pruned, report_of
from results.errors import InvalidRequest, ParquetMissing
from results.exports import files as downloads
from results.exports.manifest import Kind
from results.exports.parquet import is_available
from results.models import Session
from results.pages.offline_report import offline_report
from results.streamed import StreamedFile

Parts = Iterator[bytes]

_REFUSALS: dict[int, Any] = {404: ProblemSerializer, 409: ProblemSerializer, 410: ProblemSerializer}
_DIGESTS = (
    "Carries the SHA-256 of the classifier's weights, of the dataset, and of itself; "
    "`manage.py verifyreport` verifies it."
)


_LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
_BESIDE = "To be saved beside the file, under its name and `.manifest.json`."


def _file(media_type: str) -> dict[Any, Any]:
    return {(200, media_type): OpenApiTypes.BINARY, **_REFUSALS}


class ExportView(ResultsView):
    """A file of a session's predictions."""

    content_negotiation_class = FirstRenderer
    kind: ClassVar[Kind]
    content_type: ClassVar[str]
    write: ClassVar[Callable[[Session], Parts]]

    def file(self, uuid: UUID) -> HttpResponseBase:
        """The file, for a session that is over and has its predictions."""
        session = _exportable(uuid)
        return StreamedFile(
            type(self).write(session),
            name=file_name(session, self.kind),
            content_type=self.content_type,
        )


class JsonExport(ExportView):
    """Predictions as one JSON document."""

    kind = "json"
    content_type = "application/json"
    write = downloads.json_file

    @extend_schema(
        summary="All predictions as JSON",
        description=f"`predictions`, a line each, and `manifest`. {_DIGESTS}",
        responses={200: JsonExportSerializer, **_REFUSALS},
    )
    def get(self, request: Request, uuid: UUID) -> HttpResponseBase:
        """The file."""
        return self.file(uuid)


class JsonLinesExport(ExportView):
    """Predictions as JSON Lines."""

    kind = "jsonl"
    content_type = "application/x-ndjson"
    write = downloads.jsonl_file

    @extend_schema(
        summary="All predictions as JSON Lines",
        description="An object a line. Its manifest is a file of its own.",
        responses=_file("application/x-ndjson"),
    )
    def get(self, request: Request, uuid: UUID) -> HttpResponseBase:
        """The file."""
        return self.file(uuid)


class CsvExport(ExportView):
    """Predictions as CSV."""

    kind = "csv"
    content_type = "text/csv; charset=utf-8"
    write = downloads.csv_file

    @extend_schema(
        summary="All predictions as CSV",
        description="A column for each class's probability. Its manifest is a file of its own.",
        responses=_file("text/csv"),
    )
    def get(self, request: Request, uuid: UUID) -> HttpResponseBase:
        """The file."""
        return self.file(uuid)


class ParquetExport(ExportView):
    """Predictions as Parquet."""

    kind = "parquet"
    content_type = "application/vnd.apache.parquet"
    write = downloads.parquet_file

    @extend_schema(
        summary="All predictions as Parquet",
        description=f"The manifest is in the metadata, under `fashionsite`. {_DIGESTS}",
        responses={**_file("application/vnd.apache.parquet"), 501: ProblemSerializer},
    )
    def get(self, request: Request, uuid: UUID) -> HttpResponseBase:
        """The file."""
        if not is_available():
            raise ParquetMissing(
                "this server has no pyarrow, which writes Parquet; whoever runs it may install "
                "it: pip install 'fashionsite[parquet]'"
            )
        return self.file(uuid)


class HtmlExport(ResultsView):
    """The report as one page."""

    content_negotiation_class = FirstRenderer

    @extend_schema(
        summary="The report as one HTML file",
        description=f"Needs nothing else, no network and no script. {_DIGESTS}",
        parameters=[
            OpenApiParameter(
                "language",
                enum=_LANGUAGES,
                default=settings.LANGUAGE_CODE,
                description="What it is written in; `Accept-Language` changes nothing.",
            )
        ],
        responses={
            (200, "text/html"): OpenApiTypes.STR,
            400: ProblemSerializer,
            404: ProblemSerializer,
            409: ProblemSerializer,
        },
    )
    def get(self, request: Request, uuid: UUID) -> HttpResponse:
        """The file."""
        session = selectors.get_session(uuid)
        downloads.check_is_over(session)
        language = request.query_params.get("language") or settings.LANGUAGE_CODE
        if language not in _LANGUAGES:
            raise InvalidRequest(
                f"language must be one of {', '.join(_LANGUAGES)}, got {language[:20]!r}"
            )
        with translation.override(language):
            content = offline_report(session)
        return _attached(content, file_name(session, "html"), "text/html")


class CsvManifest(ResultsView):
    """The manifest of a CSV file."""

    content_negotiation_class = FirstRenderer

    @extend_schema(
        summary="What a CSV file is verified by",
        description=_BESIDE,
        responses={200: ManifestSerializer, **_REFUSALS},
    )
    def get(self, request: Request, uuid: UUID) -> HttpResponseBase:
        """The manifest."""
        return _sidecar(uuid, "csv", downloads.csv_file)


class JsonLinesManifest(ResultsView):
    """The manifest of a JSON Lines file."""

    content_negotiation_class = FirstRenderer

    @extend_schema(
        summary="What a JSON Lines file is verified by",
        description=_BESIDE,
        responses={200: ManifestSerializer, **_REFUSALS},
    )
    def get(self, request: Request, uuid: UUID) -> HttpResponseBase:
        """The manifest."""
        return _sidecar(uuid, "jsonl", downloads.jsonl_file)


class BareManifest(ResultsView):
    """What all files of a session say of it."""

    content_negotiation_class = FirstRenderer

    @extend_schema(
        summary="Digests of a session's predictions, and what they add up to",
        description="What `manage.py verifyreport --server` compares a file with.",
        responses={200: ManifestSerializer, **_REFUSALS},
    )
    def get(self, request: Request, uuid: UUID) -> HttpResponseBase:
        """The manifest, without what is a file's own."""
        session = _exportable(uuid)
        name = f"session-{session.uuid}.manifest.json"
        parts = downloads.bare_manifest(session)
        return StreamedFile(parts, name=name, content_type="application/json")


class SamplesZip(ResultsView):
    """The sample pictures in one file."""

    content_negotiation_class = FirstRenderer

    @extend_schema(
        summary="The sample pictures as ZIP",
        description="A PNG each, and `manifest.json` with their SHA-256.",
        responses={(200, "application/zip"): OpenApiTypes.BINARY, 404: ProblemSerializer},
    )
    def get(self, request: Request, uuid: UUID) -> HttpResponse:
        """The file."""
        session = selectors.get_session(uuid)
        content = downloads.samples_zip(report_of(session))
        return _attached(content, f"samples-{session.uuid}.zip", "application/zip")


def file_name(session: Session, kind: Kind) -> str:
    """What a file is saved as."""
    return f"{'report' if kind == 'html' else 'predictions'}-{session.uuid}.{kind}"


def _exportable(uuid: UUID) -> Session:
    session = selectors.get_session(uuid)
    downloads.check_is_over(session)
    refuse_pruned(session)
    return session


def _sidecar(uuid: UUID, kind: Kind, write: Callable[[Session], Parts]) -> HttpResponseBase:
    session = _exportable(uuid)
    return StreamedFile(
        downloads.sidecar(session, kind, write),
        name=f"{file_name(session, kind)}.manifest.json",
        content_type="application/json",
    )


def _attached(content: bytes, name: str, content_type: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
