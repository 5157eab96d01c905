"""What REST gives of a session's profile; null where there are no frames to say it of."""

# pylint: disable=abstract-method  # these serializers are never saved

from typing import Any

from rest_framework import serializers

from results.measuring.drift import LEVELS


class BaselineSerializer(serializers.Serializer[Any]):
    """Where the classifier was measured."""

    dataset = serializers.CharField()
    part = serializers.CharField()
    images = serializers.IntegerField()


class DistributionDriftSerializer(serializers.Serializer[Any]):
    """How far one distribution moved: population stability index, and a chi-squared test's p."""

    index = serializers.FloatField()
    p_value = serializers.FloatField()
    level = serializers.ChoiceField(LEVELS)


class ClassDriftSerializer(serializers.Serializer[Any]):
    """Frames by predicted class, in the order of the names."""

    drift = DistributionDriftSerializer(allow_null=True)
    names = serializers.ListField(child=serializers.CharField())
    counts = serializers.ListField(child=serializers.IntegerField())
    baseline_counts = serializers.ListField(child=serializers.IntegerField())


class ConfidenceDriftSerializer(serializers.Serializer[Any]):
    """Frames by confidence, in twenty equal bins from 0 to 1."""

    drift = DistributionDriftSerializer(allow_null=True)
    counts = serializers.ListField(child=serializers.IntegerField())
    baseline_counts = serializers.ListField(child=serializers.IntegerField())


class DriftSerializer(serializers.Serializer[Any]):
    """A stream beside its classifier's baseline; ``alarm_at``: when drift was first seen."""

    frames = serializers.IntegerField()
    level = serializers.ChoiceField(LEVELS, allow_null=True)
    sentence = serializers.CharField(allow_null=True)
    alarm_at = serializers.DateTimeField(allow_null=True)
    baseline = BaselineSerializer()
    classes = ClassDriftSerializer()
    confidence = ConfidenceDriftSerializer()


class ThresholdSerializer(serializers.Serializer[Any]):
    """A threshold to keep."""

    threshold = serializers.FloatField(min_value=0, max_value=1, allow_null=True)


class ThresholdEffectSerializer(serializers.Serializer[Any]):
    """What a threshold would do: frames kept and to Other, and how right the kept ones are."""

    threshold = serializers.FloatField()
    kept = serializers.IntegerField()
    other = serializers.IntegerField()
    coverage = serializers.FloatField(allow_null=True)
    kept_labelled = serializers.IntegerField()
    kept_right = serializers.IntegerField()
    precision = serializers.FloatField(allow_null=True)


class ThresholdsSerializer(serializers.Serializer[Any]):
    """The threshold that was saved with its effect, and the effect of each hundredth."""

    threshold = serializers.FloatField(allow_null=True)
    effect = ThresholdEffectSerializer(allow_null=True)
    effects = ThresholdEffectSerializer(many=True)


class CalibrationBinSerializer(serializers.Serializer[Any]):
    """The labelled frames of one range of confidence."""

    low = serializers.FloatField()
    high = serializers.FloatField()
    frames = serializers.IntegerField()
    confidence = serializers.FloatField(allow_null=True)
    accuracy = serializers.FloatField(allow_null=True)


class CalibrationSerializer(serializers.Serializer[Any]):
    """A reliability diagram; ``overconfidence`` is mean confidence minus accuracy."""

    labelled = serializers.IntegerField()
    expected_error = serializers.FloatField(allow_null=True)
    overconfidence = serializers.FloatField(allow_null=True)
    bins = CalibrationBinSerializer(many=True)


class LatencySliceSerializer(serializers.Serializer[Any]):
    """Frames in a row; ``frames`` of them were looked at."""

    first = serializers.IntegerField()
    last = serializers.IntegerField()
    frames = serializers.IntegerField()
    p50_ms = serializers.FloatField()
    p95_ms = serializers.FloatField()


class LatencySerializer(serializers.Serializer[Any]):
    """The slices of a session that have predictions, in order."""

    slices = LatencySliceSerializer(many=True)
