"""Makers of datasets, classifiers, sessions, predictions and reports for tests."""

import hashlib
import itertools
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from results.batches import PredictionBatch
from results.ledger import Ledger, Loss, ranges_of
from results.lifecycle import SessionState
from results.models import Classifier, Dataset, Prediction, Report, Session
from results.report import ReportSample, build_report
from results.samples import choose_samples, render_sample
from results.services import submit_report
from results.summary import summarise

CLASS_NAMES = ("T-shirt", "Trouser", "Pullover", "Dress", "Coat") + (
    ("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
)
_numbers = itertools.count()


def _sha256() -> str:
    return hashlib.sha256(str(next(_numbers)).encode()).hexdigest()


def make_dataset(**fields: Any) -> Dataset:
    """A stored dataset of 1,000 labelled grey 28x28 frames, but for the fields given."""
    given = {
        "sha256": _sha256(),
        "name": "fashion-mnist",
        "split": "test",
        "seed": 1,
        "count": 1000,
        "height": 28,
        "width": 28,
        "channels": 1,
        "class_names": list(CLASS_NAMES),
        "labelled": True,
        "path": "/nowhere/dataset.pickle",
        "last_served_at": timezone.now(),
        **fields,
    }
    return Dataset.objects.create(**given)


def make_classifier(**fields: Any) -> Classifier:
    """A stored classifier of ten classes, but for the fields given."""
    given = {
        "name": "small-cnn",
        "sha256": _sha256(),
        "class_names": list(CLASS_NAMES),
        "parameter_count": 1234,
        "card": {"architecture": "small-cnn"},
        **fields,
    }
    return Classifier.objects.create(**given)


def make_baseline(**fields: Any) -> dict[str, Any]:
    """A card's baseline: all classes alike, spread as the confidences of `make_batch` are."""
    confidences = make_batch(5000, seed=7).confidences.astype(np.float64)
    return {
        "dataset": "fashion-mnist",
        "part": "validation",
        "images": 5000,
        "class_counts": [500] * len(CLASS_NAMES),
        "confidence_counts": np.histogram(confidences, 20, (0, 1))[0].tolist(),
        **fields,
    }


def make_session(state: SessionState = SessionState.RUNNING, **fields: Any) -> Session:
    """A stored session of 100 frames in that state, with the times and counts that go with it.

    From running on, all is sent unless ``sent`` says otherwise; nothing is stored.
    """
    now = timezone.now()
    streamed = state not in (SessionState.REQUESTED, SessionState.OPENED)
    ended = streamed and state != SessionState.RUNNING
    over = ended and state != SessionState.FINISHING
    announced = fields.get("announced", 100)
    given = {
        "state": state,
        "client": "" if state == SessionState.REQUESTED else "analyze 0.1.0",
        "fps": 10.0,
        "offset": 0,
        "announced": announced,
        "sent": announced if streamed else 0,
        "connection": 0 if state == SessionState.REQUESTED else 1,
        "frames_connection": 1 if streamed else 0,
        "frames_attached_at": now - timedelta(seconds=12) if streamed else None,
        "frames_seen_at": now if streamed and not ended else None,
        "started_at": now - timedelta(seconds=11) if streamed else None,
        "stream_ended_at": now - timedelta(seconds=1) if ended else None,
        "finished_at": now if over else None,
        **fields,
    }
    given.setdefault("dataset", None)
    given["dataset"] = given["dataset"] or make_dataset()
    given["classifier"] = given.get("classifier") or make_classifier()
    return Session.objects.create(**given)


def make_batch(
    count: int = 10,
    *,
    start: int = 0,
    seed: int = 0,
    class_ids: Sequence[int] | None = None,
    classes: int = len(CLASS_NAMES),
) -> PredictionBatch:
    """Predictions of ``count`` frames in a row, drawn by seed; of these classes, where given."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 2, (count, classes))
    if class_ids is not None:
        logits[np.arange(count), class_ids] = logits.max(axis=1) + 1
    exponentials = np.exp(logits)
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    return PredictionBatch(
        sequences=np.arange(start, start + count, dtype=np.uint64),
        probabilities=probabilities.astype(np.float32),
        latencies_ms=random.uniform(1, 50, count).astype(np.float32),
    )


def make_predictions(
    session: Session, batch: PredictionBatch, labels: Sequence[int | None] | None = None
) -> list[Prediction]:
    """The rows of a batch, stored past the services, with the session's counts raised."""
    # Taken once: each look at them is a look through the whole batch.
    class_ids, confidences = batch.class_ids.tolist(), batch.confidences.tolist()
    rows = [
        Prediction(
            session=session,
            sequence=int(batch.sequences[index]),
            class_id=class_ids[index],
            confidence=confidences[index],
            probabilities=batch.probabilities[index].tobytes(),
            latency_ms=float(batch.latencies_ms[index]),
            label=None if labels is None else labels[index],
        )
        for index in range(len(batch))
    ]
    Prediction.objects.bulk_create(rows)
    session.stored += len(rows)
    session.received = max(session.received, session.stored)
    session.analysed = max(session.analysed, session.stored)
    session.save(update_fields=["stored", "received", "analysed"])
    return rows


def _grey(sequence: int) -> NDArray[np.uint8]:
    return np.full((28, 28), sequence % 256, dtype=np.uint8)


def make_document(
    session: Session,
    batch: PredictionBatch,
    *,
    picture_of: Callable[[int], NDArray[np.uint8]] = _grey,
    **parts: Any,
) -> dict[str, Any]:
    """The report that an honest client sends after predicting this batch; parts can be replaced.

    Frames that were sent and are not in the batch are dropped for overload. Its samples show what
    ``picture_of`` gives for a sequence.
    """
    names = session.classifier.class_names
    confidences = batch.confidences
    chosen = choose_samples(batch.sequences, batch.class_ids, confidences, seed=0)
    missing = ranges_of(set(range(session.sent)) - set(batch.sequences.tolist()))
    losses = dict(session.ledger.losses)
    if missing:
        losses["dropped"] = (Loss(reason="overload", ranges=missing),)
    document = build_report(
        session=session.uuid,
        dataset={"name": session.dataset.name, "sha256": session.dataset.sha256},
        classifier={
            "name": session.classifier.name,
            "sha256": session.classifier.sha256,
            "class_names": names,
        },
        client={"name": "analyze", "version": "0.1.0"},
        started_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        ended_at=datetime(2026, 1, 2, 3, 4, 15, 500_000, tzinfo=UTC),
        settings={
            "announced": session.announced,
            "fps": session.fps,
            "offset": session.offset,
            "overload": "wait",
        },
        ledger=Ledger(
            announced=session.announced,
            sent=session.sent,
            received=session.sent,
            analysed=len(batch),
            stored=len(batch),
            losses=losses,
        ),
        summary=summarise(batch, names),
        run={
            "duration_s": 10.5,
            "achieved_fps": 9.9,
            "queue_high_water": {"frames": 3, "results": 2},
            "preflight": {"sustained_fps": 5000.0, "requested_fps": 10.0, "batch_size": 64},
        },
        samples=[
            ReportSample(
                sequence=int(batch.sequences[index]),
                class_id=int(batch.class_ids[index]),
                class_name=names[int(batch.class_ids[index])],
                confidence=float(confidences[index]),
                png=render_sample(
                    picture_of(int(batch.sequences[index])),
                    class_name=names[int(batch.class_ids[index])],
                    confidence=float(confidences[index]),
                ),
            )
            for index in chosen
        ],
    )
    # As it comes from a socket: nothing of it is shared with the parts it was made of.
    copied: dict[str, Any] = json.loads(json.dumps({**document, **parts}))
    return copied


def make_report(
    session: Session | None = None, labels: Sequence[int | None] | None = None
) -> Report:
    """The verified report of a session of 100 frames, all predicted, labelled and sent."""
    if session is None:
        session = make_session(SessionState.FINISHING)
    batch = make_batch(session.sent)
    if labels is None:
        labels = [index % len(CLASS_NAMES) for index in range(session.sent)]
    make_predictions(session, batch, labels)
    return submit_report(session_uuid=session.uuid, document=make_document(session, batch))
