"""A database of very many predictions, made as fast as each engine takes them."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from results.batches import PredictionBatch
from results.blocks import BLOCK_FRAMES, confusion_of, pack, summary_of
from results.ledger import Ledger
from results.lifecycle import SessionState
from results.measuring.metrics import measure as measure_metrics
from results.models import Classifier, Dataset, PredictionBlock, Report, Sample, Session
from results.report import ReportSample, build_report
from results.samples import choose_samples, render_sample
from results.services.profiles import keep_profile
from results.summary import HISTOGRAM_BINS, summarise

CLASS_NAMES = tuple(f"class {number}" for number in range(10))
POOL = 65_536
INSERTED_AT_ONCE = 65_536
_NAMESPACE = UUID("5f0c6f6e-34b4-4a0a-9d7c-0c7c0b1f8d11")
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_BASELINE = {
    "dataset": "noise",
    "part": "validation",
    "class_counts": [500] * len(CLASS_NAMES),
    "confidence_counts": [250] * HISTOGRAM_BINS,
}
_COLUMNS = "session_id, sequence, class_id, confidence, probabilities, latency_ms, label"
# One row of PostgreSQL's binary COPY: the number of fields, then each with its length before it.
_COPY_ROW = np.dtype(
    [
        ("fields", ">i2"),
        ("session_length", ">i4"),
        ("session", "V16"),
        ("sequence_length", ">i4"),
        ("sequence", ">i8"),
        ("class_id_length", ">i4"),
        ("class_id", ">i2"),
        ("confidence_length", ">i4"),
        ("confidence", ">f8"),
        ("probabilities_length", ">i4"),
        ("probabilities", "V40"),
        ("latency_ms_length", ">i4"),
        ("latency_ms", ">f8"),
        ("label_length", ">i4"),
        ("label", ">i2"),
    ]
)
_COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = b"\xff\xff"


@dataclass(frozen=True, slots=True)
class Pool:
    """Made-up predictions that every session draws from, from a place of its own on.

    Attributes:
        batch: :data:`POOL` of them.
        labels: What a person would have said, nine times of ten the same.
    """

    batch: PredictionBatch
    labels: NDArray[np.int16]

    def drawn(self, count: int, place: int) -> tuple[PredictionBatch, NDArray[np.int16]]:
        """A session's predictions, of the sequences from 0 on, and their labels."""
        indices = (np.arange(count) + place) % POOL
        batch = PredictionBatch(
            sequences=np.arange(count, dtype=np.uint64),
            probabilities=self.batch.probabilities[indices],
            latencies_ms=self.batch.latencies_ms[indices],
        )
        return batch, self.labels[indices]


def made_pool(seed: int = 0) -> Pool:
    """Predictions of a classifier that is mostly sure and mostly right."""
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet(np.full(len(CLASS_NAMES), 0.1), POOL).astype("<f4")
    batch = PredictionBatch(
        sequences=np.arange(POOL, dtype=np.uint64),
        probabilities=probabilities,
        latencies_ms=rng.gamma(4, 2, POOL).astype(np.float32),
    )
    others = rng.integers(0, len(CLASS_NAMES), POOL)
    labels = np.where(rng.random(POOL) < 0.9, batch.class_ids, others)
    return Pool(batch, labels.astype(np.int16))


def fill(sizes: Sequence[int], *, dataset_path: Path, pool: Pool, first: int = 0) -> list[Session]:
    """A session of each size, with its predictions, blocks, report and samples.

    Every tenth has failed and has no report; the last one runs, with none of it packed.

    Args:
        dataset_path: A dataset pickle of those frames, which need not be as many.
        first: The number of the first of them, where there are some already.
    """
    dataset, classifier = _served(dataset_path), _classifier()
    pictures = [
        render_sample(np.full((28, 28), 20 * index, np.uint8), class_name=name, confidence=0.5)
        for index, name in enumerate(CLASS_NAMES)
    ]
    made = []
    for number, size in enumerate(sizes, start=first):
        is_last = number == first + len(sizes) - 1
        with transaction.atomic():
            session = _session(number, size, dataset, classifier, is_running=is_last)
            batch, labels = pool.drawn(size, place=97 * number)
            _insert(session, batch, labels)
            if not is_last:
                cells = _pack(session, batch, labels)
                if session.state == SessionState.COMPLETED:
                    _report(session, batch, cells, pictures)
                keep_profile(session)
        made.append(session)
    return made


def _served(path: Path) -> Dataset:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    fields = {
        "name": "noise",
        "split": "test",
        "count": 1_000_000,
        "height": 28,
        "width": 28,
        "class_names": list(CLASS_NAMES),
        "path": str(path),
        "last_served_at": _BEGAN,
    }
    return Dataset.objects.get_or_create(sha256=sha256, defaults=fields)[0]


def _classifier() -> Classifier:
    return Classifier.objects.get_or_create(
        name="made-up",
        sha256="c" * 64,
        # A card of a measured package takes some 50 kB.
        defaults={
            "class_names": list(CLASS_NAMES),
            "card": {"measured": "x" * 50_000, "baseline": _BASELINE},
        },
    )[0]


def _session(
    number: int, size: int, dataset: Dataset, classifier: Classifier, *, is_running: bool
) -> Session:
    state = SessionState.FAILED if number % 10 == 9 else SessionState.COMPLETED
    state = SessionState.RUNNING if is_running else state
    at = _BEGAN + timedelta(minutes=number)
    session = Session.objects.create(
        uuid=uuid5(_NAMESPACE, str(number)),
        state=state.value,
        dataset=dataset,
        classifier=classifier,
        client="bench",
        fps=0,
        announced=2 * size if is_running else size,
        sent=size,
        received=size,
        analysed=size,
        stored=size,
        sealed=0 if is_running else size,
        started_at=at,
        stream_ended_at=None if is_running else at + timedelta(seconds=30),
        finished_at=None if is_running else at + timedelta(seconds=40),
        error="made to fail" if state == SessionState.FAILED else "",
    )
    Session.objects.filter(pk=session.pk).update(created_at=at)
    return session


def _insert(session: Session, batch: PredictionBatch, labels: NDArray[np.int16]) -> None:
    for begin in range(0, len(batch), INSERTED_AT_ONCE):
        of = slice(begin, begin + INSERTED_AT_ONCE)
        chunk = PredictionBatch(
            batch.sequences[of], batch.probabilities[of], batch.latencies_ms[of]
        )
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(
                    f"COPY results_prediction ({_COLUMNS}) FROM STDIN (FORMAT binary)"
                ) as copy:
                    copy.write(_copied(session, chunk, labels[of]))
            else:
                # Names of our own columns only.
                statement = "INSERT INTO results_prediction ({}) VALUES (?, ?, ?, ?, ?, ?, ?)"
                cursor.connection.executemany(  # Django would look at each row's parameters
                    statement.format(_COLUMNS), _values(session, chunk, labels[of])
                )


def _copied(session: Session, batch: PredictionBatch, labels: NDArray[np.int16]) -> bytes:
    rows = np.zeros(len(batch), dtype=_COPY_ROW)
    rows["fields"] = 7
    for name in ("session", "sequence", "class_id", "confidence", "probabilities"):
        rows[f"{name}_length"] = _COPY_ROW[name].itemsize
    for name in ("latency_ms", "label"):
        rows[f"{name}_length"] = _COPY_ROW[name].itemsize
    rows["session"] = np.void(session.uuid.bytes)
    rows["sequence"] = batch.sequences
    rows["class_id"] = batch.class_ids
    rows["confidence"] = batch.confidences
    rows["probabilities"] = batch.probabilities.astype("<f4").view("V40")[:, 0]
    rows["latency_ms"] = batch.latencies_ms
    rows["label"] = labels
    return _COPY_HEAD + rows.tobytes() + _COPY_END


def _values(
    session: Session, batch: PredictionBatch, labels: NDArray[np.int16]
) -> Iterator[tuple[object, ...]]:
    return zip(
        [session.uuid.hex] * len(batch),
        batch.sequences.tolist(),
        batch.class_ids.tolist(),
        batch.confidences.tolist(),
        [row.tobytes() for row in batch.probabilities.astype("<f4")],
        batch.latencies_ms.tolist(),
        labels.tolist(),
        strict=True,
    )


def _pack(
    session: Session, batch: PredictionBatch, labels: NDArray[np.int16]
) -> list[tuple[int | None, int, int]]:
    """Its blocks, as a server makes them in time; their tallies."""
    blocks = []
    for begin in range(0, len(batch), BLOCK_FRAMES):
        of = slice(begin, begin + BLOCK_FRAMES)
        rows = pack(
            batch.sequences[of], batch.class_ids[of], labels[of].tolist(), batch.confidences[of]
        )
        summary = summary_of(begin // BLOCK_FRAMES, rows)
        blocks.append(
            PredictionBlock(
                session=session,
                number=summary.number,
                tally=summary.tally,
                confidence_min=summary.confidence_min,
                confidence_max=summary.confidence_max,
                content=rows.tobytes(),
            )
        )
    PredictionBlock.objects.bulk_create(blocks, batch_size=16)
    return [cell for block in blocks for cell in block.tally]


def _report(
    session: Session,
    batch: PredictionBatch,
    cells: list[tuple[int | None, int, int]],
    pictures: list[bytes],
) -> None:
    chosen = choose_samples(batch.sequences, batch.class_ids, batch.confidences, seed=0)
    samples = [
        ReportSample(
            sequence=int(batch.sequences[index]),
            class_id=int(batch.class_ids[index]),
            class_name=CLASS_NAMES[int(batch.class_ids[index])],
            confidence=float(batch.confidences[index]),
            png=pictures[int(batch.class_ids[index])],
        )
        for index in chosen
    ]
    document = build_report(
        session=session.uuid,
        dataset={"name": session.dataset.name, "sha256": session.dataset.sha256},
        classifier={
            "name": session.classifier.name,
            "sha256": session.classifier.sha256,
            "class_names": list(CLASS_NAMES),
        },
        client={"name": "bench", "version": "1"},
        started_at=_BEGAN,
        ended_at=_BEGAN + timedelta(seconds=30),
        settings={"announced": len(batch), "fps": 0.0, "offset": 0, "overload": "wait"},
        ledger=Ledger(
            announced=len(batch),
            sent=len(batch),
            received=len(batch),
            analysed=len(batch),
            stored=len(batch),
            losses=session.ledger.losses,
        ),
        summary=summarise(batch, CLASS_NAMES),
        run={
            "duration_s": 30.0,
            "achieved_fps": len(batch) / 30,
            "queue_high_water": {"frames": 64, "results": 64},
            "preflight": None,
        },
        samples=samples,
    )
    without = [{k: v for k, v in one.items() if k != "png"} for one in document["samples"]]
    report = Report.objects.create(
        session=session,
        document={**document, "samples": without},
        metrics=measure_metrics(confusion_of(cells, len(CLASS_NAMES)), CLASS_NAMES),
        verified=True,
    )
    Sample.objects.bulk_create(
        Sample(
            report=report,
            position=position,
            sequence=sample.sequence,
            class_id=sample.class_id,
            confidence=sample.confidence,
            png=sample.png,
        )
        for position, sample in enumerate(samples)
    )
