"""What is kept of datasets, classifiers, sessions, predictions and reports."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from access.models import AccessToken
from access.roles import Owner
from results.ledger import Interruptions, Ledger, losses_from_dict
from results.lifecycle import FINAL_STATES, SessionState
from results.measuring.drift import LEVELS

CLIENT_LENGTH = 200
STOP_REASON_LENGTH = 50
INTERRUPTION_REASON_LENGTH = 50


class Dataset(models.Model):
    """A dataset that a server streams, known by the hash of its file."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    split = models.CharField(max_length=50, blank=True)
    seed = models.BigIntegerField(null=True, blank=True)
    count = models.PositiveBigIntegerField(help_text="frames")
    height = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    channels = models.PositiveSmallIntegerField(default=1)
    class_names = models.JSONField(default=list)
    labelled = models.BooleanField(default=True)
    path = models.TextField(help_text="where the server found the file last")
    last_served_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_served_at"]

    def __str__(self) -> str:
        return f"{self.name} {self.split} ({self.count} frames)"


class Classifier(models.Model):
    """A classifier that a client brought, known by its name and the hash of its weights."""

    name = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    class_names = models.JSONField(default=list)
    parameter_count = models.PositiveBigIntegerField(default=0)
    card = models.JSONField(default=dict, blank=True)
    first_seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "-first_seen_at"]
        constraints = [
            models.UniqueConstraint(fields=["name", "sha256"], name="classifier_name_sha256_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.sha256[:8]})"


class Worker(models.Model):
    """A client that follows: it runs the sessions that are asked for, one after the other."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.CharField(max_length=CLIENT_LENGTH)
    classifiers = models.ManyToManyField(Classifier, related_name="workers")
    connected_at = models.DateTimeField(auto_now_add=True)
    last_seen_at = models.DateTimeField()
    disconnected_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-connected_at"]

    def __str__(self) -> str:
        return f"{self.client} since {self.connected_at:%Y-%m-%d %H:%M}"


class Session(models.Model):
    """One stream of frames to one client, with the counts of both sides.

    ``connection`` and ``frames_connection`` count the sockets that the session has had; the last
    of each has it, in whichever server process that is. Where ``frames_seen_at`` is null, no
    process streams the session, and ``sent`` is exact; else ``sent`` may trail.
    """

    State = SessionState

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in SessionState],
        default=SessionState.OPENED.value,
    )
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="sessions")
    classifier = models.ForeignKey(Classifier, on_delete=models.PROTECT, related_name="sessions")
    worker = models.ForeignKey(
        Worker, null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions"
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sessions",
        help_text="the person who asked for it, or whose token did",
    )
    token = models.ForeignKey(
        AccessToken, null=True, blank=True, on_delete=models.SET_NULL, related_name="sessions"
    )
    repeats = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="repetitions",
        help_text="the session whose frames it streams again, each under the same sequence",
    )
    client = models.CharField(max_length=CLIENT_LENGTH, blank=True)
    secret_hash = models.CharField(max_length=64, blank=True, editable=False)
    fps = models.FloatField(help_text="frames a second; 0 is as fast as credit allows")
    offset = models.PositiveBigIntegerField(default=0, help_text="index of the first frame")

    announced = models.PositiveBigIntegerField()
    sent = models.PositiveBigIntegerField(default=0)
    received = models.PositiveBigIntegerField(default=0)
    analysed = models.PositiveBigIntegerField(default=0)
    stored = models.PositiveBigIntegerField(default=0)
    losses = models.JSONField(default=dict, blank=True)

    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    frames_attached_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    stream_ended_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    stop_requested_at = models.DateTimeField(null=True, blank=True)
    stop_reason = models.CharField(max_length=STOP_REASON_LENGTH, blank=True)
    error = models.TextField(blank=True)

    connection = models.PositiveIntegerField(default=0, editable=False)
    is_connected = models.BooleanField(
        default=True, editable=False, help_text="whether its session socket is thought to be whole"
    )
    frames_connection = models.PositiveIntegerField(default=0, editable=False)
    frames_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_seen_at = models.DateTimeField(
        default=timezone.now, help_text="when the client was heard of last"
    )
    interrupted_at = models.DateTimeField(null=True, blank=True)
    interrupted_by = models.CharField(max_length=INTERRUPTION_REASON_LENGTH, blank=True)
    interruption_count = models.PositiveIntegerField(default=0)
    interrupted_s = models.FloatField(default=0)
    interruptions = models.JSONField(default=list, blank=True, help_text="the latest of them")

    threshold = models.FloatField(
        null=True, blank=True, help_text="the confidence from which a class is taken, as saved"
    )
    drift_level = models.CharField(
        max_length=10,
        blank=True,
        choices=[(level, level) for level in LEVELS],
        help_text="of all its frames from the classifier's baseline; empty: not looked at",
    )
    drift_alarm_at = models.DateTimeField(
        null=True, blank=True, help_text="when drift was first seen in it"
    )

    sealed = models.PositiveBigIntegerField(
        default=0, editable=False, help_text="predictions below this sequence are in blocks"
    )
    pruned_at = models.DateTimeField(
        null=True, blank=True, help_text="since when its predictions are deleted, or being so"
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in SessionState]),
                name="session_state_known",
            ),
            models.CheckConstraint(condition=Q(fps__gte=0), name="session_fps_not_negative"),
            models.CheckConstraint(condition=Q(announced__gte=1), name="session_announces_a_frame"),
            models.CheckConstraint(
                condition=Q(sent__lte=F("announced")), name="session_sends_what_it_announced"
            ),
            models.CheckConstraint(
                condition=Q(stored__lte=F("sent")), name="session_stores_what_it_sent"
            ),
            models.CheckConstraint(
                condition=Q(threshold__isnull=True) | Q(threshold__gte=0, threshold__lte=1),
                name="session_threshold_is_a_fraction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uuid} ({self.state})"

    def get_absolute_url(self) -> str:
        """The session's page."""
        return reverse("results:session", args=[self.uuid])

    @property
    def owner(self) -> Owner:
        """Who started it."""
        return Owner(user_id=self.started_by_id, token_id=self.token_id)

    @property
    def is_final(self) -> bool:
        """Whether nothing about this session will change any more."""
        return SessionState(self.state) in FINAL_STATES

    @property
    def ledger(self) -> Ledger:
        """Both sides' counts as they are stored now."""
        return Ledger(
            announced=self.announced,
            sent=self.sent,
            received=self.received,
            analysed=self.analysed,
            stored=self.stored,
            losses=losses_from_dict(self.losses),
            interruptions=Interruptions(count=self.interruption_count, seconds=self.interrupted_s),
        )


class Prediction(models.Model):
    """What the classifier said about one frame."""

    # The unique constraint below begins with the session; an index of the session's own would
    # cost every insert a second time.
    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="predictions", db_index=False
    )
    sequence = models.PositiveBigIntegerField()
    class_id = models.PositiveSmallIntegerField()
    confidence = models.FloatField(help_text="0 to 1")
    probabilities = models.BinaryField(help_text="float32, little-endian, one a class")
    latency_ms = models.FloatField(help_text="from send time to result")
    label = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="the class that a person gave, if any"
    )

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["session", "sequence"], name="prediction_once"),
            models.CheckConstraint(
                condition=Q(confidence__gte=0) & Q(confidence__lte=1.001),
                name="prediction_confidence_is_a_fraction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.sequence}: {self.class_id} ({self.confidence:.3f})"


class PredictionBlock(models.Model):
    """Predictions that will not change, many frames to a row; see :mod:`results.blocks`."""

    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="blocks", db_index=False
    )
    number = models.PositiveBigIntegerField(help_text="its sequences, divided by a block's size")
    tally = models.JSONField(help_text="[label or null, class, frames] of each pair that occurs")
    confidence_min = models.FloatField(help_text="0 to 1")
    confidence_max = models.FloatField(help_text="0 to 1")
    confidences = models.JSONField(
        null=True,
        help_text="its frames by confidence, as results.measuring.confidences counts them",
    )
    content = models.BinaryField(help_text="offset, class, label and confidence of each frame")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="prediction_block_once")
        ]

    def __str__(self) -> str:
        return f"block {self.number} of {self.session_id}"


class SessionProfile(models.Model):
    """What the predictions of a session that is over add up to, kept when they are deleted."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="profile")
    class_counts = models.JSONField(help_text="frames by predicted class")
    confidences = models.JSONField(
        help_text="frames by confidence, as results.measuring.confidences counts them"
    )
    latencies = models.JSONField(
        help_text="[first, last, frames, p50, p95 in ms] of each slice; results.measuring.latencies"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"profile of {self.session_id}"


class SessionPulse(models.Model):
    """The counts of a session as they were in one of its last seconds, for who watches it.

    Seconds take turns in a few slots, so that a session that runs for days has no more rows than
    one of minutes; what is left of a session that is over is deleted soon.
    """

    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, related_name="pulses", db_index=False
    )
    slot = models.PositiveSmallIntegerField()
    second = models.PositiveBigIntegerField(help_text="since 1970")
    sent = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField()
    analysed = models.PositiveBigIntegerField()
    stored = models.PositiveBigIntegerField()

    class Meta:
        ordering = ["second"]
        constraints = [
            models.UniqueConstraint(fields=["session", "slot"], name="session_pulse_once")
        ]

    def __str__(self) -> str:
        return f"second {self.second} of {self.session_id}"


class Report(models.Model):
    """The client's final results, and what the server thinks of them."""

    session = models.OneToOneField(Session, on_delete=models.CASCADE, related_name="report")
    document = models.JSONField(help_text="as sent, by report-v1.schema.json, without samples")
    metrics = models.JSONField(default=dict, help_text="computed here from stored predictions")
    verified = models.BooleanField(help_text="whether recomputing gave the same summary")
    discrepancies = models.JSONField(default=list, blank=True)
    submitted_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"report of {self.session_id}"


class Sample(models.Model):
    """One of the ten sample pictures of a report, with the result written into the image."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="samples")
    position = models.PositiveSmallIntegerField()
    sequence = models.PositiveBigIntegerField()
    class_id = models.PositiveSmallIntegerField()
    confidence = models.FloatField()
    png = models.BinaryField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="sample_position_once")
        ]

    def __str__(self) -> str:
        return f"sample {self.position} of {self.report_id}"
