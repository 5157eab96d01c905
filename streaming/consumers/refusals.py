"""Which close code stands for which offence, whoever found it (pure)."""

from access import errors as access_errors
from results import errors as results_errors
from streaming import errors
from streaming.messages import Error

# RFC 6455 has 1011 for this, but Daphne lets an application close with 1000 and 3000–4999 only.
INTERNAL_ERROR = Error(
    code="internal-error", detail="an error of the server's own; its log has it", close_code=4500
)

# The file of a session's dataset is gone or damaged: not the peer's doing, and not a bug.
DATASET_CLOSE_CODE = 4501

# What the database's side refuses, in the protocol's terms.
_AS_PEER_ERROR: dict[type[results_errors.ResultsError], type[errors.PeerError]] = {
    results_errors.SessionNotFound: errors.UnknownSession,
    results_errors.IllegalTransition: errors.OutOfOrder,
    results_errors.ConnectionReplaced: errors.SessionTaken,
    results_errors.InvalidRequest: errors.InvalidField,
    results_errors.TooManySessions: errors.TooMany,
    results_errors.MalformedBatch: errors.InvalidField,
    results_errors.UnsentSequence: errors.NeverSent,
    results_errors.ConflictingPrediction: errors.ConflictingResult,
    results_errors.InvalidDocument: errors.InvalidReport,
}


# Their details may quote what the peer sent, be it a token, a secret or a picture by mistake:
# that is for the peer to read, and for no log.
_QUOTING = frozenset(
    offence.code
    for offence in (
        errors.MalformedMessage,
        errors.UnknownMessageType,
        errors.InvalidField,
        errors.WrongSubprotocol,
        errors.InvalidReport,
    )
)


def loggable(told: Error) -> str:
    """What a log may say of a refusal: its code, and its detail where that is all our own."""
    return told.code if told.code in _QUOTING else f"{told.code}: {told.detail}"


def refusal(error: Exception) -> Error | None:
    """The message that tells a peer what was wrong, with the close code; None for our own bugs."""
    if isinstance(error, results_errors.ResultsError):
        offence = _AS_PEER_ERROR.get(type(error))
    elif isinstance(error, errors.PeerError):
        offence = type(error)
    elif isinstance(error, access_errors.TooMany):
        offence = errors.TooMany
    elif isinstance(error, errors.StorageUnavailable):
        return Error(code=error.code, detail=str(error), close_code=error.close_code)
    elif isinstance(error, errors.DatasetError):
        return Error(code=error.code, detail=str(error), close_code=DATASET_CLOSE_CODE)
    else:
        offence = None
    if offence is None:
        return None
    return Error(code=offence.code, detail=str(error), close_code=offence.close_code)
