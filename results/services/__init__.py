"""Every write of results. Callers ring the doorbell; here only the database changes."""

from results.services.blocks import seal_blocks
from results.services.connections import (
    attach_frames,
    interrupt_frames,
    interrupt_session,
    record_sent,
    resume_session,
)
from results.services.expiry import expire_sessions
from results.services.looking import FramesNote, Note, SessionNote, look_at_sessions
from results.services.predictions import (
    Delivery,
    Outcome,
    StoredBatch,
    Streamed,
    store_deliveries,
    store_predictions,
)
from results.services.profiles import keep_profile, look_at_drift, note_drift
from results.services.pulses import drop_pulses
from results.services.registry import register_classifier, register_dataset
from results.services.reports import finish_without_report, submit_report
from results.services.sessions import (
    check_connection,
    check_repeatable,
    end_stream,
    fail_session,
    open_session,
    request_session,
    request_stop,
    start_session,
)
from results.services.thresholds import save_threshold
from results.services.workers import (
    claim_requested_session,
    hand_back_sessions,
    worker_connected,
    worker_disconnected,
    worker_seen,
)

__all__ = [
    "Delivery",
    "FramesNote",
    "Note",
    "Outcome",
    "SessionNote",
    "StoredBatch",
    "Streamed",
    "attach_frames",
    "check_connection",
    "check_repeatable",
    "claim_requested_session",
    "drop_pulses",
    "end_stream",
    "expire_sessions",
    "fail_session",
    "finish_without_report",
    "hand_back_sessions",
    "interrupt_frames",
    "interrupt_session",
    "keep_profile",
    "look_at_drift",
    "look_at_sessions",
    "note_drift",
    "open_session",
    "record_sent",
    "register_classifier",
    "register_dataset",
    "request_session",
    "request_stop",
    "resume_session",
    "save_threshold",
    "seal_blocks",
    "start_session",
    "store_deliveries",
    "store_predictions",
    "submit_report",
    "worker_connected",
    "worker_disconnected",
    "worker_seen",
]
