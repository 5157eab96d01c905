"""Everything that can go wrong with results.

::

    ResultsError
    ├── SessionNotFound          no session of that id
    ├── IllegalTransition        a change that the session's state does not allow
    ├── ConnectionReplaced       another connection has the session, or its frames, by now
    ├── NoWorker                 nobody follows who could run the session asked for
    ├── NoDataset                no server has announced a dataset to stream
    ├── InvalidRequest           a session asked for with a value out of range
    ├── TooManySessions          more unfinished sessions than one owner may have
    ├── MalformedBatch           predictions of a wrong shape, or no probabilities
    ├── UnsentSequence           a prediction for a frame that was never sent
    ├── ConflictingPrediction    another prediction for a frame that has one
    ├── InvalidDocument          a report that its JSON Schema refuses
    ├── NotRepeatable            a session whose frames cannot be streamed again (yet)
    ├── NotComparable            two sessions that have no frame in common
    ├── FrameUnavailable         the picture of a frame cannot be had any more
    ├── SessionNotOver           a file to take away, of a session that still changes
    ├── ParquetMissing           a Parquet file, and the package for it is not installed
    └── UnverifiableFile         a file that was not exported here, or is damaged beyond reading

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


class ConnectionReplaced(ResultsError):
    """Another connection has the session, or its frames, by now."""

    code = "connection-replaced"


class NoWorker(ResultsError):
    """Nobody follows who could run the session asked for."""

    code = "no-worker"


class NoDataset(ResultsError):
    """No server has announced a dataset to stream."""

    code = "no-dataset"


class InvalidRequest(ResultsError):
    """A session asked for with a value out of range."""

    code = "invalid-request"


class TooManySessions(ResultsError):
    """More unfinished sessions than one owner may have."""

    code = "too-many"


class MalformedBatch(ResultsError):
    """Predictions of a wrong shape, or whose numbers are no probabilities."""

    code = "malformed-batch"


class UnsentSequence(ResultsError):
    """A prediction for a frame that was never sent.

    ``is_exact`` is false where the count of frames sent may trail, so that it may be taken later.
    """

    code = "unsent-sequence"

    def __init__(self, message: str, *, is_exact: bool = True) -> None:
        super().__init__(message)
        self.is_exact = is_exact


class ConflictingPrediction(ResultsError):
    """Another prediction for a frame that has one already; the message names the sequence."""

    code = "conflicting-prediction"


class InvalidDocument(ResultsError):
    """A report that its JSON Schema refuses; the message names the place and the reason."""

    code = "invalid-document"


class NotRepeatable(ResultsError):
    """A session whose frames cannot be streamed again: it still streams, or never sent one."""

    code = "not-repeatable"


class NotComparable(ResultsError):
    """Two sessions that have no frame in common, or are one and the same; the message says why."""

    code = "not-comparable"


class FrameUnavailable(ResultsError):
    """The picture of a frame cannot be had any more, for example as its dataset was deleted."""

    code = "frame-unavailable"


class SessionNotOver(ResultsError):
    """A file to take away was asked for of a session that still changes."""

    code = "session-not-over"


class ParquetMissing(ResultsError):
    """A Parquet file was asked for where pyarrow is not installed."""

    code = "parquet-missing"


class UnverifiableFile(ResultsError):
    """A file that was not exported here, or is damaged so that no more can be said of it.

    ``place`` is which of several items is meant, counted from 0, where there are several.
    """

    code = "unverifiable-file"

    def __init__(self, message: str, *, place: int | None = None) -> None:
        super().__init__(message)
        self.place = place
