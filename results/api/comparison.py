"""Two sessions over the same frames, and where they differ, over REST."""

# pylint: disable=abstract-method  # these serializers are never saved

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from results import selectors
from results.api.pagination import SequencePagination
from results.api.serializers import (
    ClassifierBriefSerializer,
    MetricsSerializer,
    ProblemSerializer,
    class_name,
)
from results.api.views import ResultsView, refuse_pruned
from results.comparing.compared import compared_sessions
from results.comparing.comparison import Flip
from results.comparing.flips import FlipCriteria, FlippedFrame, FlipSearch, Said
from results.comparing.pairing import SessionPair, pair_sessions

_PROBLEMS: dict[int, Any] = {status: ProblemSerializer for status in (404, 409, 410)}
_INVALID: dict[int, Any] = {400: ProblemSerializer}


class LatencyPercentilesSerializer(serializers.Serializer[Any]):
    """Percentiles from send time to result, milliseconds."""

    p50 = serializers.FloatField()
    p95 = serializers.FloatField()
    p99 = serializers.FloatField()
    max = serializers.FloatField()


class ComparedSessionSerializer(serializers.Serializer[Any]):
    """One of the two over the frames in common; its latencies are the whole session's."""

    uuid = serializers.UUIDField(source="session.uuid")
    classifier = ClassifierBriefSerializer(source="session.classifier")
    metrics = MetricsSerializer(source="side.metrics")
    confidence_mean = serializers.FloatField(
        source="side.confidence_mean", allow_null=True, help_text="0 to 1."
    )
    calibration_error = serializers.FloatField(
        source="side.calibration_error",
        allow_null=True,
        help_text="Expected calibration error in 15 bins, 0 to 1.",
    )
    class_counts = serializers.ListField(
        child=serializers.IntegerField(),
        source="side.class_counts",
        help_text="How often it said each class.",
    )
    latency_ms = LatencyPercentilesSerializer(allow_null=True)


class ClassDifferenceSerializer(serializers.Serializer[Any]):
    """How the two differ on the frames of one label; null where there are none."""

    class_id = serializers.IntegerField()
    class_name = serializers.CharField()
    support = serializers.IntegerField()
    first_recall = serializers.FloatField(allow_null=True)
    second_recall = serializers.FloatField(allow_null=True)
    difference = serializers.FloatField(allow_null=True, help_text="The second's less the first's.")
    only_first_right = serializers.IntegerField()
    only_second_right = serializers.IntegerField()


class ComparisonSerializer(serializers.Serializer[Any]):
    """Two sessions over the frames that both gave a prediction for."""

    first = ComparedSessionSerializer()
    second = ComparedSessionSerializer()
    frames = serializers.IntegerField(source="comparison.verdict.frames")
    labelled = serializers.IntegerField(source="comparison.verdict.labelled")
    agreeing = serializers.IntegerField(source="comparison.verdict.agreeing")
    flipped = serializers.IntegerField(source="comparison.verdict.flipped")
    agreement = serializers.FloatField(
        source="comparison.verdict.agreement", allow_null=True, help_text="0 to 1."
    )
    both_right = serializers.IntegerField(source="comparison.verdict.both_right")
    only_first_right = serializers.IntegerField(source="comparison.verdict.only_first_right")
    only_second_right = serializers.IntegerField(source="comparison.verdict.only_second_right")
    none_right = serializers.IntegerField(source="comparison.verdict.none_right")
    wrong_differently = serializers.IntegerField(
        source="comparison.verdict.wrong_differently",
        help_text="Of `none_right` those to which the two give different classes.",
    )
    p_value = serializers.FloatField(
        source="comparison.verdict.p_value",
        allow_null=True,
        help_text="McNemar's exact test, two-sided; null where no frame tells the two apart.",
    )
    better = serializers.ChoiceField(
        choices=["first", "second"],
        source="comparison.verdict.better",
        allow_null=True,
        help_text="Which one is better with p below 0.05; null where neither is.",
    )
    classes = ClassDifferenceSerializer(source="comparison.classes", many=True)
    said = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        source="comparison.said",
        help_text="Frames by what the first says (rows) and the second (columns).",
    )


class FlipQuery(serializers.Serializer[Any]):
    """What flipped predictions can be narrowed by; each is optional."""

    kind = serializers.ChoiceField(
        choices=[kind.value for kind in Flip],
        required=False,
        help_text="Labelled frames only: which one is right, or both wrong in different ways.",
    )
    label = serializers.IntegerField(  # type: ignore[assignment]  # a field of that name
        min_value=0, max_value=32767, required=False, help_text="What a person said."
    )
    first_class_id = serializers.IntegerField(
        min_value=0, max_value=32767, required=False, help_text="What the first said."
    )
    second_class_id = serializers.IntegerField(
        min_value=0, max_value=32767, required=False, help_text="What the second said."
    )


class SaidSerializer(serializers.Serializer[Any]):
    """What one of the two said of a frame; the confidence from 0 to 1."""

    class_id = serializers.IntegerField()
    class_name = serializers.SerializerMethodField()
    confidence = serializers.FloatField()

    def get_class_name(self, said: Said) -> str:
        """By the names that are the same for both sessions here."""
        return class_name(self.context["class_names"], said.class_id)


class FlippedFrameSerializer(serializers.Serializer[Any]):
    """One frame that the two see differently."""

    sequence = serializers.IntegerField(help_text="In the first session.")
    other_sequence = serializers.IntegerField(help_text="In the second.")
    frame = serializers.IntegerField(help_text="Its index in the dataset.")
    label = serializers.IntegerField(allow_null=True)  # type: ignore[assignment]  # as above
    first = SaidSerializer()
    second = SaidSerializer()
    picture = serializers.SerializerMethodField()

    @extend_schema_field(serializers.URLField())
    def get_picture(self, flip: FlippedFrame) -> str:
        """The absolute address of the frame as PNG."""
        path = reverse("results-api:frame", args=[self.context["uuid"], flip.sequence])
        url: str = self.context["request"].build_absolute_uri(path)
        return url


class ComparisonDetail(ResultsView):
    """Two sessions over the same frames."""

    @extend_schema(
        summary="Compare two sessions over the frames that both saw",
        description="Both streamed the same dataset, and at least one same frame of it.",
        responses={200: ComparisonSerializer, **_PROBLEMS},
    )
    def get(self, request: Request, uuid: UUID, other: UUID) -> Response:
        """Metrics side by side, agreement, who is right where, and McNemar's test."""
        compared = compared_sessions(session_pair(uuid, other))
        return Response(ComparisonSerializer(compared).data)


class FlipList(ResultsView, generics.ListAPIView[Any]):
    """The frames that two sessions see differently."""

    serializer_class = FlippedFrameSerializer
    pagination_class = SequencePagination
    filter_backends = []

    @cached_property
    def pair(self) -> SessionPair:
        """Whose predictions."""
        return session_pair(self.kwargs["uuid"], self.kwargs["other"])

    @extend_schema(
        summary="Flipped predictions by sequence of the first session",
        parameters=[FlipQuery],
        responses={200: FlippedFrameSerializer(many=True), **_INVALID, **_PROBLEMS},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page of them; follow ``next`` for the others."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        """The search that the query asks for, which the pagination takes."""
        criteria = flip_criteria(self.request.query_params.dict())
        return FlipSearch(self.pair, criteria)

    def get_serializer_context(self) -> dict[str, Any]:
        """The names of the classes and whose pictures, besides what is usual."""
        return {
            **super().get_serializer_context(),
            "class_names": self.pair.class_names,
            "uuid": self.pair.first.uuid,
        }


def session_pair(uuid: UUID, other: UUID) -> SessionPair:
    """Two sessions that can be compared.

    Raises:
        SessionNotFound: no session of one of these ids.
        NotComparable: no frame in common.
        PredictionsPruned: those of one of them were deleted.
    """
    first, second = selectors.get_session(uuid), selectors.get_session(other)
    pair = pair_sessions(first, second)
    refuse_pruned(first)
    refuse_pruned(second)
    return pair


def flip_criteria(query: Mapping[str, str]) -> FlipCriteria:
    """What a query string narrows flipped predictions by.

    Args:
        query: The names of :class:`FlipQuery`; empty values and other names are ignored.

    Raises:
        ValidationError: a value is no number, out of range, or no kind.
    """
    asked = FlipQuery(data={name: value for name, value in query.items() if value})
    asked.is_valid(raise_exception=True)
    wanted = dict(asked.validated_data)
    kind = wanted.pop("kind", None)
    return FlipCriteria(kind=None if kind is None else Flip(kind), **wanted)
