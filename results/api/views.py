"""Sessions, predictions, reports and pictures over REST."""

import base64
from functools import cache, cached_property
from importlib import resources
from typing import Any, NoReturn
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics, status
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.rest import rest_visitor
from results import selectors
from results.api.asking import request_session, stop_session
from results.api.filters import (
    PredictionQuery,
    SessionQuery,
    narrow_predictions,
    narrow_sessions,
)
from results.api.pagination import SequencePagination, SessionPagination
from results.api.permissions import ByTheRules, NotFromAnotherSite
from results.api.problems import (
    PredictionsPruned,
    ReportNotFound,
    SampleNotFound,
    problem_handler,
)
from results.api.serializers import (
    ClassifierSerializer,
    MetricsSerializer,
    PredictionSerializer,
    ProblemSerializer,
    SampleSerializer,
    SessionRequestSerializer,
    SessionSerializer,
    VerificationSerializer,
    class_name,
)
from results.errors import InvalidRequest
from results.models import Classifier, Prediction, Report, Sample, Session
from results.pictures import MAX_SCALE, encode_png

# A frame of a session never changes, nor does a sample of a report.
IMMUTABLE = "private, max-age=31536000, immutable"
_SCHEMA_FILE = ("schemas", "report-v1.schema.json")
_PROBLEMS: dict[int, Any] = {400: ProblemSerializer, 404: ProblemSerializer, 409: ProblemSerializer}
_MISSING: dict[int, Any] = {404: ProblemSerializer}
_PRUNED: dict[int, Any] = {410: ProblemSerializer, **_MISSING}
_INVALID: dict[int, Any] = {400: ProblemSerializer}
_PNG: dict[Any, Any] = {(200, "image/png"): OpenApiTypes.BINARY, **_MISSING}


class FirstRenderer(DefaultContentNegotiation):
    """Pictures are answered whatever ``Accept`` says; errors about them as JSON."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first, whatever was asked for."""
        return renderers[0], renderers[0].media_type


class ResultsView(APIView):
    """What every view here has in common: JSON in, problems out, nothing for other sites."""

    parser_classes = [JSONParser]
    permission_classes = [NotFromAnotherSite, ByTheRules]

    def permission_denied(
        self, request: Request, message: str | None = None, code: str | None = None
    ) -> NoReturn:
        """Say why, to anonymous callers too where logging in would not help them."""
        if code == ByTheRules.code and rest_visitor(request).is_anonymous:
            raise NotAuthenticated("sign in, or send a token: Authorization: Bearer fst_…")
        raise PermissionDenied(message, code)

    def get_exception_handler(self) -> Any:
        """How errors are said."""
        return problem_handler


@extend_schema_view(
    get=extend_schema(
        summary="Sessions, the newest first",
        parameters=[SessionQuery],
        responses={200: SessionSerializer(many=True), **_INVALID, **_MISSING},
    )
)
class SessionList(ResultsView, generics.ListAPIView[Session]):
    """Every session, and the place to ask for one."""

    serializer_class = SessionSerializer
    pagination_class = SessionPagination
    filter_backends = []

    def get_queryset(self) -> QuerySet[Session]:
        """Sessions with what their JSON form needs, in one query."""
        return narrow_sessions(self.request.query_params.dict())

    @extend_schema(
        summary="Ask a client that follows for a session",
        request=SessionRequestSerializer,
        responses={201: SessionSerializer, **_PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Ask for a session; it is ``requested`` until a client takes it."""
        asked = SessionRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        session = request_session(visitor=rest_visitor(request), **asked.validated_data)
        body = SessionSerializer(session, context=self.get_serializer_context()).data
        location = request.build_absolute_uri()
        headers = {"Location": f"{location.partition('?')[0]}{session.uuid}/"}
        return Response(body, status=status.HTTP_201_CREATED, headers=headers)


@extend_schema(responses={200: SessionSerializer, **_MISSING})
class SessionDetail(ResultsView):
    """One session."""

    @extend_schema(summary="One session with its ledger")
    def get(self, request: Request, uuid: UUID) -> Response:
        """The session as it is now."""
        session = selectors.get_session(uuid)
        return Response(SessionSerializer(session, context={"request": request}).data)


class SessionStop(ResultsView):
    """The end of a session before its last frame."""

    @extend_schema(
        summary="Stop a session",
        request=None,
        responses={200: SessionSerializer, **_MISSING},
    )
    def post(self, request: Request, uuid: UUID) -> Response:
        """Ask for the end; the frames under way are still analysed. Harmless when it has ended."""
        session = stop_session(uuid, visitor=rest_visitor(request), reason="rest")
        return Response(SessionSerializer(session, context={"request": request}).data)


class PredictionList(ResultsView, generics.ListAPIView[Prediction]):
    """What the classifier said about each frame of a session."""

    serializer_class = PredictionSerializer
    pagination_class = SequencePagination
    filter_backends = []

    @cached_property
    def session(self) -> Session:
        """Whose predictions."""
        return selectors.get_session(self.kwargs["uuid"])

    @extend_schema(
        summary="Predictions by sequence or confidence",
        parameters=[PredictionQuery],
        responses={200: PredictionSerializer(many=True), **_INVALID, **_PRUNED},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page of predictions; follow ``next`` for the others."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        """The search that the query asks for, which the pagination takes."""
        if getattr(self, "swagger_fake_view", False):
            return Prediction.objects.none()
        search = narrow_predictions(self.session, self.request.query_params.dict())
        refuse_pruned(self.session)
        return search

    def get_serializer_context(self) -> dict[str, Any]:
        """The names of this session's classes, besides what is usual."""
        return {
            **super().get_serializer_context(),
            "class_names": self.session.classifier.class_names,
        }


class ReportDetail(ResultsView):
    """The client's final results."""

    @extend_schema(
        summary="The report as it was submitted",
        description="Valid by the JSON Schema at `/api/report-schema/`.",
        responses={200: OpenApiTypes.OBJECT, **_MISSING},
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        """The document, its sample pictures put back in."""
        session = selectors.get_session(uuid)
        report = report_of(session)
        names = session.classifier.class_names
        samples = [
            {
                "sequence": sample.sequence,
                "class_id": sample.class_id,
                "class_name": class_name(names, sample.class_id),
                "confidence": sample.confidence,
                "png": base64.b64encode(sample.png).decode("ascii"),
            }
            for sample in report.samples.all()
        ]
        return Response({**report.document, "samples": samples})


class VerificationDetail(ResultsView):
    """What the server makes of the client's report."""

    @extend_schema(
        summary="Whether recomputing gave the client's summary",
        responses={200: VerificationSerializer, **_MISSING},
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        """Verified or not, each discrepancy, and the metrics."""
        return Response(VerificationSerializer(report_of(selectors.get_session(uuid))).data)


class MetricsDetail(ResultsView):
    """Accuracy, per-class precision, recall and F1, confusion matrix."""

    @extend_schema(summary="Metrics", responses={200: MetricsSerializer, **_PRUNED})
    def get(self, request: Request, uuid: UUID) -> Response:
        """The metrics over what is stored now, or was when the report came."""
        session = selectors.get_session(uuid)
        report = Report.objects.filter(session=session).only("metrics").first()
        if report is not None:
            return Response(MetricsSerializer(report.metrics).data)
        refuse_pruned(session)
        return Response(MetricsSerializer(selectors.metrics(session)).data)


class SampleList(ResultsView):
    """The sample pictures of a session's report."""

    @extend_schema(
        summary="Sample pictures", responses={200: SampleSerializer(many=True), **_MISSING}
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        """Each sample with the address of its picture."""
        session = selectors.get_session(uuid)
        context = {
            "request": request,
            "uuid": session.uuid,
            "class_names": session.classifier.class_names,
        }
        samples = report_of(session).samples.defer("png")
        return Response(SampleSerializer(samples, many=True, context=context).data)


class SamplePicture(ResultsView):
    """One sample picture, with the result written into it."""

    content_negotiation_class = FirstRenderer

    @extend_schema(summary="One sample as PNG", responses=_PNG)
    def get(self, request: Request, uuid: UUID, position: int) -> HttpResponse:
        """The picture as the client sent it."""
        try:
            sample = report_of(selectors.get_session(uuid)).samples.get(position=position)
        except Sample.DoesNotExist:
            raise SampleNotFound(f"the report has no sample at position {position}") from None
        return _png_response(bytes(sample.png))


class FramePicture(ResultsView):
    """One frame as it was sent."""

    content_negotiation_class = FirstRenderer

    @extend_schema(
        summary="One frame as PNG",
        parameters=[
            OpenApiParameter(
                "scale",
                {"type": "integer", "minimum": 1, "maximum": MAX_SCALE, "default": 1},
                description="Each pixel becomes a square of this side, without smoothing.",
            )
        ],
        responses={**_PNG, **_INVALID},
    )
    def get(self, request: Request, uuid: UUID, sequence: int) -> HttpResponse:
        """The picture, read from the dataset that was streamed."""
        asked = request.query_params.get("scale", "1")
        if not (asked.isascii() and asked.isdigit() and len(asked) <= 3):
            raise InvalidRequest(f"scale must be 1 to {MAX_SCALE}, got {asked[:20]!r}")
        session, scale = selectors.get_pictured_session(uuid), int(asked)
        # What the pixels are follows from these, so a browser that has them is told so unread.
        etag = f'"{session.dataset.sha256[:32]}-{session.offset + sequence}-{scale}"'
        known = parse_etags(request.headers.get("If-None-Match", ""))
        if etag in known:
            return HttpResponse(status=304, headers={"Cache-Control": IMMUTABLE, "ETag": etag})
        response = _png_response(encode_png(selectors.frame_picture(session, sequence), scale))
        response.headers["ETag"] = etag
        return response


class ClassifierList(ResultsView):
    """The classifiers that were seen here."""

    @extend_schema(
        summary="Classifiers, and which of them are on offer now",
        responses={200: ClassifierSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        """Every classifier by name, the newest of a name first."""
        offered_ids = set(selectors.offered_classifiers().values_list("pk", flat=True))
        classifiers = Classifier.objects.all()
        context = {"offered_ids": offered_ids}
        return Response(ClassifierSerializer(classifiers, many=True, context=context).data)


class ReportSchema(ResultsView):
    """The JSON Schema of reports."""

    @extend_schema(
        summary="The JSON Schema of reports",
        responses={(200, "application/schema+json"): OpenApiTypes.OBJECT},
    )
    def get(self, request: Request) -> HttpResponse:
        """The schema, as the server validates by it."""
        return HttpResponse(_report_schema(), content_type="application/schema+json")


def api_not_found(request: HttpRequest) -> HttpResponse:
    """The problem that an unknown address under ``/api/`` gives."""
    problem = {"code": "not-found", "detail": f"nothing is at {request.path}; see /api/docs/"}
    return JsonResponse(problem, status=404)


def refuse_pruned(session: Session) -> None:
    """Let a session pass whose predictions are there.

    Raises:
        PredictionsPruned: they were deleted.
    """
    if session.pruned_at is not None:
        day = session.pruned_at.strftime("%Y-%m-%d")
        raise PredictionsPruned(
            _("the predictions of session %(id)s were deleted on %(day)s")
            % {"id": session.uuid, "day": day}
        )


def report_of(session: Session) -> Report:
    """The session's report.

    Raises:
        ReportNotFound: it has none (yet).
    """
    try:
        return session.report
    except Report.DoesNotExist:
        raise ReportNotFound(
            f"session {session.uuid} is {session.state} and has no report"
        ) from None


def _png_response(png: bytes) -> HttpResponse:
    return HttpResponse(png, content_type="image/png", headers={"Cache-Control": IMMUTABLE})


@cache
def _report_schema() -> bytes:
    return resources.files("results").joinpath(*_SCHEMA_FILE).read_bytes()
