"""streaming.consumers.refusals.refusal."""

import pytest

from results import errors as results_errors
from streaming import errors
from streaming.consumers.refusals import refusal
from streaming.messages import Error


@pytest.mark.parametrize(
    ("error", "code", "close_code"),
    [
        pytest.param(errors.MalformedMessage("x"), "malformed-message", 4400, id="own"),
        pytest.param(errors.WrongSecret("x"), "wrong-secret", 4403, id="own, another"),
        pytest.param(results_errors.SessionNotFound("x"), "unknown-session", 4404, id="not found"),
        pytest.param(results_errors.IllegalTransition("x"), "out-of-order", 4410, id="state"),
        pytest.param(results_errors.ConnectionReplaced("x"), "session-taken", 4409, id="taken"),
        pytest.param(errors.StorageUnavailable("x"), "storage-unavailable", 4503, id="storage"),
        pytest.param(results_errors.InvalidRequest("x"), "invalid-field", 4402, id="request"),
        pytest.param(results_errors.MalformedBatch("x"), "invalid-field", 4402, id="batch"),
        pytest.param(results_errors.UnsentSequence("x"), "never-sent", 4413, id="never sent"),
        pytest.param(
            results_errors.ConflictingPrediction("x"), "conflicting-result", 4414, id="conflict"
        ),
        pytest.param(results_errors.InvalidDocument("x"), "invalid-report", 4415, id="report"),
        pytest.param(errors.DatasetCorrupt("x"), "dataset-corrupt", 4501, id="a damaged dataset"),
    ],
)
def test_puts_an_offence_in_the_protocols_terms(
    error: Exception, code: str, close_code: int
) -> None:
    assert refusal(error) == Error(code=code, detail="x", close_code=close_code)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(ValueError("x"), id="a bug"),
        pytest.param(results_errors.NoWorker("x"), id="what no socket can cause"),
    ],
)
def test_takes_everything_else_for_our_own_error(error: Exception) -> None:
    assert refusal(error) is None
