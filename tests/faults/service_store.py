"""The real services as the store of a modelled session."""

from collections.abc import Sequence
from typing import Self

import numpy as np

from results import selectors, services
from results.batches import PredictionBatch
from results.lifecycle import SessionState
from results.models import Session
from tests.faults.stores import Kept, Report
from tests.results.conftest import CLASS_NAMES, make_classifier, make_dataset, make_document


class ServiceStore:
    """A session in the test database; see :class:`tests.faults.stores.Store`."""

    def __init__(self, session: Session) -> None:
        self._uuid = session.uuid

    @classmethod
    def opened(cls, announced: int) -> Self:
        """The store of a session that was just opened."""
        session = services.open_session(
            dataset=make_dataset(),
            classifier=make_classifier(),
            client="model",
            announced=announced,
            fps=0,
            offset=0,
            secret_hash="",
        )
        return cls(session)

    def kept(self) -> Kept:
        """The session now."""
        session = selectors.get_session(self._uuid)
        unsent = session.ledger.losses.get("unsent", ())
        return Kept(
            state=SessionState(session.state),
            announced=session.announced,
            sent=session.sent,
            stored=session.stored,
            stop_reason=session.stop_reason,
            reason=unsent[0].reason if unsent else "",
            connection=session.connection,
            frames_connection=session.frames_connection,
        )

    def predictions(self) -> list[int]:
        """The sequences of the stored predictions, ascending."""
        session = selectors.get_session(self._uuid)
        return list(session.predictions.order_by("sequence").values_list("sequence", flat=True))

    def attach(self, first: int) -> int:
        """Give the frames to a new socket; its number."""
        return services.attach_frames(session_uuid=self._uuid, first=first).frames_connection

    def resume(self) -> int:
        """Give the session to a new socket; its number."""
        return services.resume_session(session_uuid=self._uuid).connection

    def interrupt(self, connection: int) -> None:
        """Note that the session's socket broke."""
        services.interrupt_session(session_uuid=self._uuid, connection=connection, reason="lost")

    def interrupt_frames(self, frames_connection: int, sent: int) -> None:
        """Note that the frames' socket broke, with what was sent."""
        services.interrupt_frames(
            session_uuid=self._uuid, frames_connection=frames_connection, sent=sent, reason="lost"
        )

    def start(self, connection: int) -> None:
        """Both sides are ready."""
        services.start_session(session_uuid=self._uuid, connection=connection)

    def record_sent(self, sent: int, frames_connection: int) -> None:
        """Raise the count of what was sent."""
        services.record_sent(
            session_uuid=self._uuid, sent=sent, frames_connection=frames_connection
        )

    def end_stream(self, sent: int, reason: str | None, frames_connection: int) -> None:
        """No frame leaves any more."""
        services.end_stream(
            session_uuid=self._uuid,
            sent=sent,
            unsent_reason=reason,
            frames_connection=frames_connection,
        )

    def stop(self, reason: str, connection: int | None) -> None:
        """Ask for an early end."""
        services.request_stop(session_uuid=self._uuid, reason=reason, connection=connection)

    def store(
        self,
        sequences: Sequence[int],
        life: int,
        *,
        connection: int,
        streamed: tuple[int, int] | None,
    ) -> int:
        """Keep predictions of a client's ``life``; the total."""
        stored = services.store_predictions(
            session_uuid=self._uuid,
            batch=_batch(sequences, life),
            labels=None,
            connection=connection,
            streamed=services.Streamed(*streamed) if streamed else None,
        )
        return stored.total

    def submit(self, report: Report, connection: int) -> list[str]:
        """End the session with its report; what does not add up."""
        session = selectors.get_session(self._uuid)
        # A client knows what it predicted; this one knows of which frames.
        analysed = np.array(report.analysed, dtype=np.uint64)
        stored = selectors.prediction_batch(session)
        own = np.isin(stored.sequences, analysed)
        batch = PredictionBatch(
            sequences=stored.sequences[own],
            probabilities=stored.probabilities[own],
            latencies_ms=stored.latencies_ms[own],
        )
        document = make_document(session, batch, ledger=report.ledger.as_dict())
        kept = services.submit_report(
            session_uuid=self._uuid, document=document, connection=connection
        )
        return list(kept.discrepancies)


def _batch(sequences: Sequence[int], life: int) -> PredictionBatch:
    """Predictions that differ from those of another life."""
    best = 0.9 - 0.01 * (life % 50)
    rest = (1 - best) / (len(CLASS_NAMES) - 1)
    probabilities = np.full((len(sequences), len(CLASS_NAMES)), rest, dtype=np.float32)
    probabilities[np.arange(len(sequences)), np.array(sequences) % len(CLASS_NAMES)] = best
    return PredictionBatch(
        sequences=np.array(sequences, dtype=np.uint64),
        probabilities=probabilities,
        latencies_ms=np.ones(len(sequences), dtype=np.float32),
    )
