"""What a session's predictions add up to over REST: drift, thresholds, calibration, latency."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from access import policy
from access.rest import rest_visitor
from access.roles import Visitor
from results import selectors, services
from results.api.problems import BaselineNotFound, NotTheOwner
from results.api.profile_serializers import (
    CalibrationSerializer,
    DriftSerializer,
    LatencySerializer,
    ThresholdSerializer,
    ThresholdsSerializer,
)
from results.api.serializers import ProblemSerializer
from results.api.views import ResultsView, refuse_pruned
from results.measuring import profiles
from results.measuring.profiles import Profile
from results.measuring.thresholds import effect_at
from results.models import Session

_GONE: dict[int, Any] = {404: ProblemSerializer, 410: ProblemSerializer}


class DriftDetail(ResultsView):
    """The stream beside what its classifier was measured on."""

    @extend_schema(
        summary="Drift from the classifier's baseline",
        description="404 with the code `no-baseline` where the classifier's card has none.",
        responses={200: DriftSerializer, **_GONE},
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        """Both distributions, their statistics and levels, over what is stored now."""
        session = selectors.get_session(uuid)
        known = profiles.baseline(session)
        if known is None:
            name = session.classifier.name
            raise BaselineNotFound(
                f"the card of {name} has no baseline; one is measured by: "
                f"evaluate {name} --split validation --record"
            )
        found = _profile(session)
        drift = found.drift_from(known)
        body = {
            "frames": found.frames,
            "level": None if drift is None else drift.level,
            "sentence": None if drift is None else drift.sentence,
            "alarm_at": session.drift_alarm_at,
            "baseline": known,
            "classes": {
                "drift": None if drift is None else drift.classes,
                "names": session.classifier.class_names,
                "counts": found.class_counts,
                "baseline_counts": known.class_counts,
            },
            "confidence": {
                "drift": None if drift is None else drift.confidence,
                "counts": found.confidence_counts,
                "baseline_counts": known.confidence_counts,
            },
        }
        return Response(DriftSerializer(body).data)


class ThresholdDetail(ResultsView):
    """What a confidence threshold would do, and the one that is kept with the session."""

    @extend_schema(
        summary="What each confidence threshold would do",
        responses={200: ThresholdsSerializer, **_GONE},
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        """The threshold that was saved, and the effect of each hundredth from 0 to 1."""
        return _thresholds(selectors.get_session(uuid))

    @extend_schema(
        summary="Keep a threshold with the session",
        description="For who started the session, and staff. `null` removes it.",
        request=ThresholdSerializer,
        responses={200: ThresholdsSerializer, 400: ProblemSerializer, **_GONE},
    )
    def put(self, request: Request, uuid: UUID) -> Response:
        """Keep it, as the nearest hundredth, in place of the one before."""
        asked = ThresholdSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        visitor = rest_visitor(request)
        save_threshold(uuid, visitor=visitor, threshold=asked.validated_data["threshold"])
        return _thresholds(selectors.get_session(uuid))


class CalibrationDetail(ResultsView):
    """Whether the classifier is right as often as it is sure."""

    @extend_schema(
        summary="Calibration on the labelled frames",
        responses={200: CalibrationSerializer, **_GONE},
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        """The bins of a reliability diagram, and the expected calibration error."""
        found = _profile(selectors.get_session(uuid))
        return Response(CalibrationSerializer(found.calibration).data)


class LatencyDetail(ResultsView):
    """How the latency went over a session."""

    @extend_schema(
        summary="Latency over the frames of the session",
        description="Of a session of more than 6000 frames from a seeded draw of 100 a slice.",
        responses={200: LatencySerializer, **_GONE},
    )
    def get(self, request: Request, uuid: UUID) -> Response:
        """Median and 95th percentile of up to sixty slices of the sequence."""
        session = selectors.get_session(uuid)
        slices = profiles.latency_slices(session)
        if slices is None:
            refuse_pruned(session)
        return Response(LatencySerializer({"slices": slices or ()}).data)


def save_threshold(uuid: UUID, *, visitor: Visitor, threshold: float | None) -> Session:
    """Keep a threshold with a session; the browser and REST both come here.

    Raises:
        SessionNotFound: no session of that id.
        NotTheOwner: somebody else started it.
        InvalidRequest: a threshold out of range.
    """
    if not policy.rules().may_annotate(visitor, selectors.get_session(uuid).owner):
        raise NotTheOwner("who started this session, or staff, may keep a threshold with it")
    return services.save_threshold(session_uuid=uuid, threshold=threshold)


def _profile(session: Session) -> Profile:
    found = profiles.profile_of(session)
    if found is None:
        refuse_pruned(session)
        # Not pruned when it was read: nothing is stored.
        return profiles.count_profile(session)
    return found


def _thresholds(session: Session) -> Response:
    effects = _profile(session).effects
    saved = session.threshold
    body = {
        "threshold": saved,
        "effect": None if saved is None else effect_at(effects, saved),
        "effects": effects,
    }
    return Response(ThresholdsSerializer(body).data)
