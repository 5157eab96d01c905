"""Every write of results. Callers ring the doorbell; here only the database changes."""

from results.services.predictions import StoredBatch, store_predictions
from results.services.recovery import fail_abandoned_sessions
from results.services.registry import register_classifier, register_dataset
from results.services.reports import finish_without_report, submit_report
from results.services.sessions import (
    attach_frames,
    end_stream,
    fail_session,
    open_session,
    record_progress,
    record_sent,
    request_session,
    request_stop,
    start_session,
)
from results.services.workers import (
    claim_requested_session,
    worker_connected,
    worker_disconnected,
    worker_seen,
)

__all__ = [
    "StoredBatch",
    "attach_frames",
    "claim_requested_session",
    "end_stream",
    "fail_abandoned_sessions",
    "fail_session",
    "finish_without_report",
    "open_session",
    "record_progress",
    "record_sent",
    "register_classifier",
    "register_dataset",
    "request_session",
    "request_stop",
    "start_session",
    "store_predictions",
    "submit_report",
    "worker_connected",
    "worker_disconnected",
    "worker_seen",
]
