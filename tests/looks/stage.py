"""What the pages have to show: a server whose database holds a session of each kind."""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.utils import timezone

from results import services
from results.batches import PredictionBatch
from results.ledger import Loss
from results.lifecycle import SessionState
from results.models import Classifier, Dataset, Session, SessionPulse, Worker
from results.selectors import frame_picture
from results.services.retention import prune_session
from results.services.thresholds import save_threshold
from tests.results.conftest import (
    make_baseline,
    make_classifier,
    make_document,
    make_predictions,
    make_session,
)
from tests.servers import RunningServer

FRAMES = 400
UNDER_WAY = 260
# On a network there are people, so that signing in and being refused can be seen too.
SETTINGS = {
    "FASHIONSITE_ACCESS": "network",
    "OPEN_READING": "true",
    "ALLOWED_HOSTS": "127.0.0.1",
    "SECRET_KEY": "kEy-" + "0123456789" * 5,
    "HTTPS": "false",
    "REQUESTS_PER_MINUTE": "60000",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Where to find what is on the stage.

    Attributes:
        report: A completed session, with drift, a saved threshold and a flipped frame ``flip``.
        other: The same frames, classified by another.
        running, failed, requested, pruned: Sessions in those states.
        staff, member: The session cookies of two people.
    """

    report: str
    other: str
    running: str
    failed: str
    requested: str
    pruned: str
    staff: str
    member: str
    flip: int


def set_stage(server: RunningServer) -> Shown:
    """Fill the server's database, in a process of its own as it is its own database."""
    file = server.folder / "shown.json"
    code = f"from tests.looks.stage import fill; fill({str(file)!r})"
    made = server.manage("shell", "-v0", "-c", code)
    assert made.returncode == 0, made.stderr
    return Shown(**json.loads(file.read_text("utf-8")))


def fill(file: str) -> None:
    """Make the sessions in the database of the settings, and note in ``file`` where they are."""
    dataset = Dataset.objects.get()
    small, large = (_classifier(name) for name in ("fashion-fast", "fashion-accurate"))
    report, first = _reported(dataset, small, rightly=0.84)
    other, second = _reported(dataset, large, rightly=0.91, repeats=report)
    save_threshold(session_uuid=report.pk, threshold=0.6)
    pruned = make_session(SessionState.COMPLETED, dataset=dataset, classifier=small)
    make_predictions(pruned, _batch(dataset, 100, 0.8, 3))
    prune_session(session_uuid=pruned.pk, keep_report=True)
    requested = make_session(SessionState.REQUESTED, dataset=dataset, classifier=small)
    worker = services.worker_connected(client="analyze 0.1.0", classifiers=[small, large])
    # It stays for as long as somebody looks.
    Worker.objects.filter(pk=worker.pk).update(last_seen_at=timezone.now() + timedelta(hours=1))
    shown = {
        "report": str(report.pk),
        "other": str(other.pk),
        "running": str(_running(dataset, large).pk),
        "failed": str(_failed(dataset, small).pk),
        "requested": str(requested.pk),
        "pruned": str(pruned.pk),
        "staff": _signed_in("olivia", is_staff=True),
        "member": _signed_in("vera", is_staff=False),
        "flip": int(np.flatnonzero(first.class_ids != second.class_ids)[1]),
    }
    Path(file).write_text(json.dumps(shown), "utf-8")


def _classifier(name: str) -> Classifier:
    return make_classifier(name=name, parameter_count=93_706, card={"baseline": make_baseline()})


def _batch(
    dataset: Dataset, count: int, rightly: float, seed: int, start: int = 0
) -> PredictionBatch:
    """Predictions of frames in a row that are right about so often, and sure accordingly."""
    random = np.random.default_rng(seed)
    sequences = np.arange(start, start + count)
    labels = sequences % len(dataset.class_names)
    wrong = random.random(count) > rightly
    class_ids = np.where(wrong, (labels + random.choice((2, 4, 6), count)) % 10, labels)
    logits = random.normal(0, 1, (count, 10))
    logits[np.arange(count), class_ids] += np.where(wrong, 2.5, random.gamma(5, 1.1, count))
    exponentials = np.exp(logits)
    probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
    return PredictionBatch(
        sequences=sequences.astype(np.uint64),
        probabilities=probabilities.astype(np.float32),
        latencies_ms=random.gamma(6, 1.4, count).astype(np.float32),
    )


def _labels(dataset: Dataset, count: int) -> list[int]:
    return [index % len(dataset.class_names) for index in range(count)]


def _reported(
    dataset: Dataset, classifier: Classifier, *, rightly: float, **fields: Any
) -> tuple[Session, PredictionBatch]:
    state = SessionState.FINISHING
    session = make_session(
        state, dataset=dataset, classifier=classifier, announced=FRAMES, **fields
    )
    batch = _batch(dataset, FRAMES, rightly, len(classifier.name))
    make_predictions(session, batch, _labels(dataset, FRAMES))
    picture_of = partial(frame_picture, session)
    document = make_document(session, batch, picture_of=picture_of)
    services.submit_report(session_uuid=session.pk, document=document)
    return session, batch


def _failed(dataset: Dataset, classifier: Classifier) -> Session:
    """One without labels, of which frames were lost, and of others nobody knows."""
    session = make_session(
        SessionState.FAILED,
        dataset=dataset,
        classifier=classifier,
        announced=FRAMES,
        sent=180,
        losses={
            "unsent": [Loss("the client went away", ((180, FRAMES - 1),)).as_dict()],
            "dropped": [Loss("overload", ((40, 48),)).as_dict()],
        },
        interruption_count=2,
        interrupted_s=3.1,
        error="the session expired: its client was not heard of for 600 s",
    )
    for start, count in ((0, 40), (49, 111)):
        make_predictions(session, _batch(dataset, count, 0.8, 4, start))
    return session


def _running(dataset: Dataset, classifier: Classifier) -> Session:
    """One in its stream, a minute after its start, whose counts stand still."""
    session = make_session(
        SessionState.RUNNING,
        dataset=dataset,
        classifier=classifier,
        announced=FRAMES,
        sent=UNDER_WAY + 6,
    )
    batch = _batch(dataset, UNDER_WAY, 0.9, 5)
    make_predictions(session, batch, _labels(dataset, UNDER_WAY))
    now = int(timezone.now().timestamp())
    SessionPulse.objects.bulk_create(_pulse(session, now, age) for age in range(60))
    return session


def _pulse(session: Session, now: int, age: int) -> SessionPulse:
    stored = round(UNDER_WAY * (60 - age) / 60)
    under_way = 2 + age % 3
    return SessionPulse(
        session=session,
        slot=(now - age) % 90,
        second=now - age,
        stored=stored,
        analysed=stored + 1,
        received=stored + under_way,
        sent=stored + under_way + 1,
    )


def _signed_in(name: str, *, is_staff: bool) -> str:
    """The session cookie of a new user, who needs no password for it."""
    user = get_user_model().objects.create_user(name, is_staff=is_staff, is_superuser=is_staff)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    key: str = store.session_key
    return key
