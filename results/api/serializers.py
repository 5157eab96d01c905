"""What REST takes and gives."""

# pylint: disable=abstract-method  # these serializers are never saved

from typing import Any

import numpy as np
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from results.ledger import LedgerDict
from results.models import Classifier, Dataset, Prediction, Report, Sample, Session


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong: a stable code, and a sentence for people."""

    code = serializers.CharField()
    detail = serializers.CharField()


class LossSerializer(serializers.Serializer[Any]):
    """One reason for which frames went missing; a range is its first and last sequence."""

    reason = serializers.CharField()
    count = serializers.IntegerField()
    ranges = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    )


class LossesSerializer(serializers.Serializer[Any]):
    """Every reason, by the way in which the frames went missing."""

    unsent = LossSerializer(many=True)
    lost = LossSerializer(many=True)
    rejected = LossSerializer(many=True)
    dropped = LossSerializer(many=True)


class InterruptionsSerializer(serializers.Serializer[Any]):
    """How often and for how long in all a session was interrupted."""

    count = serializers.IntegerField()
    seconds = serializers.FloatField()


class InterruptionSerializer(serializers.Serializer[Any]):
    """One interruption that is over."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    seconds = serializers.FloatField()
    reason = serializers.CharField()


class LedgerSerializer(serializers.Serializer[Any]):
    """The account of every frame; ``differences`` is empty when it adds up."""

    announced = serializers.IntegerField()
    sent = serializers.IntegerField()
    unsent = serializers.IntegerField()
    received = serializers.IntegerField()
    lost = serializers.IntegerField()
    analysed = serializers.IntegerField()
    rejected = serializers.IntegerField()
    dropped = serializers.IntegerField()
    stored = serializers.IntegerField()
    losses = LossesSerializer()
    differences = serializers.ListField(child=serializers.CharField())
    interruptions = InterruptionsSerializer()


class ClassifierBriefSerializer(serializers.ModelSerializer[Classifier]):
    """Which classifier, exactly."""

    class Meta:
        model = Classifier
        fields = ["name", "sha256"]


class ClassifierSerializer(serializers.ModelSerializer[Classifier]):
    """A classifier that was seen here; ``offered``: a client that follows would run it now."""

    class_names = serializers.ListField(child=serializers.CharField())
    offered = serializers.SerializerMethodField()

    class Meta:
        model = Classifier
        fields = ["name", "sha256", "class_names", "parameter_count", "first_seen_at", "offered"]

    def get_offered(self, classifier: Classifier) -> bool:
        """Whether a client that follows offers it (the view looks once for all)."""
        return classifier.pk in self.context["offered_ids"]


class DatasetSerializer(serializers.ModelSerializer[Dataset]):
    """The dataset that was streamed."""

    class_names = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Dataset
        fields = [
            "name",
            "sha256",
            "split",
            "seed",
            "count",
            "height",
            "width",
            "channels",
            "class_names",
            "labelled",
        ]


class SessionSerializer(serializers.ModelSerializer[Session]):
    """One stream of frames to one client, with the account of both sides."""

    classifier = ClassifierBriefSerializer()
    dataset = DatasetSerializer()
    ledger = serializers.SerializerMethodField()
    interruptions = InterruptionSerializer(many=True, help_text="The latest hundred.")
    url = serializers.SerializerMethodField(help_text="The session's page.")

    class Meta:
        model = Session
        fields = [
            "uuid",
            "state",
            "classifier",
            "dataset",
            "fps",
            "offset",
            "threshold",
            "drift_level",
            "drift_alarm_at",
            "repeats",
            "client",
            "ledger",
            "interrupted_at",
            "interrupted_by",
            "interruptions",
            "last_seen_at",
            "url",
            "created_at",
            "started_at",
            "stream_ended_at",
            "finished_at",
            "pruned_at",
            "stop_requested_at",
            "stop_reason",
            "error",
        ]

    @extend_schema_field(LedgerSerializer)
    def get_ledger(self, session: Session) -> LedgerDict:
        """Both sides' counts as they are stored now."""
        return session.ledger.as_dict()

    @extend_schema_field(serializers.URLField())
    def get_url(self, session: Session) -> str:
        """The absolute address of the session's page."""
        url: str = self.context["request"].build_absolute_uri(session.get_absolute_url())
        return url


class SessionRequestSerializer(serializers.Serializer[Any]):
    """A session to run; the limits that depend on the dataset are the services'."""

    classifier = serializers.CharField(
        min_length=1, max_length=100, help_text="The name of one on offer."
    )
    count = serializers.IntegerField(
        required=False, allow_null=True, default=None, help_text="Frames; all when left out."
    )
    fps = serializers.FloatField(
        default=10.0, help_text="Frames a second; 0 is as fast as the client keeps up."
    )
    offset = serializers.IntegerField(default=0, help_text="Index of the first frame.")
    dataset = serializers.CharField(
        required=False,
        allow_null=True,
        default=None,
        min_length=1,
        max_length=200,
        help_text="Hash or name of a dataset that was served here; the current one when left out.",
    )
    repeats = serializers.UUIDField(
        required=False,
        allow_null=True,
        default=None,
        help_text="A session whose frames are streamed again, each under the same sequence; "
        "count, offset and dataset are its own then, and left out.",
    )


class PredictionSerializer(serializers.ModelSerializer[Prediction]):
    """What the classifier said about one frame."""

    class_name = serializers.SerializerMethodField()
    probabilities = serializers.SerializerMethodField()

    class Meta:
        model = Prediction
        fields = [
            "sequence",
            "class_id",
            "class_name",
            "confidence",
            "probabilities",
            "latency_ms",
            "label",
        ]

    def get_class_name(self, prediction: Prediction) -> str:
        """The classifier's name for its class."""
        return class_name(self.context["class_names"], prediction.class_id)

    @extend_schema_field(serializers.ListField(child=serializers.FloatField()))
    def get_probabilities(self, prediction: Prediction) -> list[float]:
        """One a class, 0 to 1."""
        return probabilities_of(prediction)


class SampleSerializer(serializers.ModelSerializer[Sample]):
    """One of the report's sample pictures."""

    class_name = serializers.SerializerMethodField()
    png = serializers.SerializerMethodField()

    class Meta:
        model = Sample
        fields = ["position", "sequence", "class_id", "class_name", "confidence", "png"]

    def get_class_name(self, sample: Sample) -> str:
        """The classifier's name for its class."""
        return class_name(self.context["class_names"], sample.class_id)

    @extend_schema_field(serializers.URLField())
    def get_png(self, sample: Sample) -> str:
        """The absolute address of the picture."""
        path = reverse("results-api:sample", args=[self.context["uuid"], sample.position])
        url: str = self.context["request"].build_absolute_uri(path)
        return url


class ClassMetricsSerializer(serializers.Serializer[Any]):
    """How well one class was recognised; null where the formula divides by nothing."""

    class_id = serializers.IntegerField()
    class_name = serializers.CharField()
    support = serializers.IntegerField()
    predicted = serializers.IntegerField()
    precision = serializers.FloatField(allow_null=True)
    recall = serializers.FloatField(allow_null=True)
    f1 = serializers.FloatField(allow_null=True)


class MetricsSerializer(serializers.Serializer[Any]):
    """Computed here from stored predictions and labels; rows are labels, columns predictions."""

    labelled = serializers.IntegerField()
    accuracy = serializers.FloatField(allow_null=True)
    macro_f1 = serializers.FloatField(allow_null=True)
    per_class = ClassMetricsSerializer(many=True)
    confusion_matrix = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField())
    )


class VerificationSerializer(serializers.ModelSerializer[Report]):
    """What recomputing the client's report from stored predictions gave."""

    discrepancies = serializers.ListField(child=serializers.CharField())
    metrics = MetricsSerializer()

    class Meta:
        model = Report
        fields = ["verified", "discrepancies", "metrics", "submitted_at"]


class ExportedSessionSerializer(serializers.Serializer[Any]):
    """Which session a file is of."""

    uuid = serializers.UUIDField()
    state = serializers.CharField()
    client = serializers.CharField()
    fps = serializers.FloatField()
    offset = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class ExportedClassifierSerializer(serializers.Serializer[Any]):
    """`sha256` is that of its weights."""

    name = serializers.CharField()
    sha256 = serializers.CharField()
    class_names = serializers.ListField(child=serializers.CharField())


class ExportedDatasetSerializer(ExportedClassifierSerializer):
    """`sha256` is that of its file."""

    split = serializers.CharField()


class ManifestSerializer(serializers.Serializer[Any]):
    """What a file says of itself; see `docs/how-to/take-results-away.md`."""

    format = serializers.CharField()
    version = serializers.IntegerField()
    session = ExportedSessionSerializer()
    classifier = ExportedClassifierSerializer()
    dataset = ExportedDatasetSerializer()
    ledger = LedgerSerializer()
    summary = serializers.DictField(allow_null=True)
    metrics = MetricsSerializer()
    rows = serializers.IntegerField()
    rows_sha256 = serializers.CharField()
    row_digests = serializers.ListField(child=serializers.CharField())
    kind = serializers.CharField(required=False)
    file_sha256 = serializers.CharField(required=False)


class ExportedPredictionSerializer(serializers.Serializer[Any]):
    """One row of a file; label, its name and `right` are null where there is no label."""

    sequence = serializers.IntegerField()
    class_id = serializers.IntegerField()
    class_name = serializers.CharField()
    confidence = serializers.FloatField()
    probabilities = serializers.ListField(child=serializers.FloatField())
    label = serializers.IntegerField(allow_null=True)  # type: ignore[assignment]  # Field has one
    label_name = serializers.CharField(allow_null=True)
    right = serializers.BooleanField(allow_null=True)
    latency_ms = serializers.FloatField()


class JsonExportSerializer(serializers.Serializer[Any]):
    """A file of predictions as one JSON document."""

    format = serializers.CharField()
    version = serializers.IntegerField()
    predictions = ExportedPredictionSerializer(many=True)
    manifest = ManifestSerializer()


def class_name(class_names: list[str], class_id: int) -> str:
    """The name of a class, or its number where there is no name."""
    return class_names[class_id] if class_id < len(class_names) else str(class_id)


def probabilities_of(prediction: Prediction) -> list[float]:
    """The probabilities of one stored prediction, one a class, 0 to 1."""
    values: list[float] = np.frombuffer(prediction.probabilities, dtype="<f4").tolist()
    return values
