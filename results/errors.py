"""Everything that can go wrong with results.

::

    ResultsError
    ├── SessionNotFound          no session of that id
    ├── IllegalTransition        a change that the session's state does not allow
    │   └── AlreadyAttached      a second frame socket for a session that has one
    ├── NoWorker                 nobody follows who could run the session asked for
    ├── NoDataset                no server has announced a dataset to stream
    ├── InvalidRequest           a session asked for with a value out of range
    ├── MalformedBatch           predictions of a wrong shape, or no probabilities
    ├── UnsentSequence           a prediction for a frame that was never sent
    ├── ConflictingPrediction    another prediction for a frame that has one
    ├── InvalidDocument          a report that its JSON Schema refuses
    └── FrameUnavailable         the picture of a frame cannot be had any more

``code`` is stable and stands apart from the text.
"""

from typing import ClassVar


class ResultsError(Exception):
    """Base of every error of this package."""

    code: ClassVar[str] = "results-error"


class SessionNotFound(ResultsError):
    """No session of that id."""

    code = "session-not-found"


class IllegalTransition(ResultsError):
    """A change that the session's state does not allow."""

    code = "illegal-transition"


class AlreadyAttached(IllegalTransition):
    """A second frame socket for a session that has one."""

    code = "already-attached"


class NoWorker(ResultsError):
    """Nobody follows who could run the session asked for."""

    code = "no-worker"


class NoDataset(ResultsError):
    """No server has announced a dataset to stream."""

    code = "no-dataset"


class InvalidRequest(ResultsError):
    """A session asked for with a value out of range."""

    code = "invalid-request"


class MalformedBatch(ResultsError):
    """Predictions of a wrong shape, or whose numbers are no probabilities."""

    code = "malformed-batch"


class UnsentSequence(ResultsError):
    """A prediction for a frame that was never sent."""

    code = "unsent-sequence"


class ConflictingPrediction(ResultsError):
    """Another prediction for a frame that has one already; the message names the sequence."""

    code = "conflicting-prediction"


class InvalidDocument(ResultsError):
    """A report that its JSON Schema refuses; the message names the place and the reason."""

    code = "invalid-document"


class FrameUnavailable(ResultsError):
    """The picture of a frame cannot be had any more, for example as its dataset was deleted."""

    code = "frame-unavailable"
