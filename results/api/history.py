"""The last minute of a session over REST."""

# pylint: disable=abstract-method  # these serializers are never saved

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from results import selectors
from results.api.serializers import ProblemSerializer
from results.api.views import ResultsView
from results.history import history_watch


class StepSerializer(serializers.Serializer[Any]):
    """A second or so of a session; latencies and classes are of some of its frames."""

    until = serializers.IntegerField(help_text="The second it ends with, since 1970.")
    seconds = serializers.IntegerField(help_text="How long it is.")
    sent_fps = serializers.FloatField()
    stored_fps = serializers.FloatField()
    travelling = serializers.IntegerField(help_text="Sent, and not known to be received.")
    queued = serializers.IntegerField(help_text="Received, and not known to be analysed.")
    storing = serializers.IntegerField(help_text="Analysed, and not stored.")
    frames = serializers.IntegerField(help_text="How many were looked at for what follows.")
    class_counts = serializers.ListField(child=serializers.IntegerField())
    latency_p50_ms = serializers.FloatField(allow_null=True)
    latency_p95_ms = serializers.FloatField(allow_null=True)


class HistoryDetail(ResultsView):
    """How a running session went within the last minute."""

    @extend_schema(
        summary="The last minute of a running session, second by second",
        description="Empty before it runs, and soon after it is over.",
        responses={200: StepSerializer(many=True), 404: ProblemSerializer},
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        """Rate, latency, class mix and what is under way, as the live view draws them."""
        steps = history_watch.of(selectors.get_session(uuid))
        return Response(StepSerializer(steps, many=True).data)
