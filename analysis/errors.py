"""Everything that can go wrong on the client's side.

::

    AnalysisError
    ├── ClassifierError          a classifier that cannot be loaded or used
    │   ├── UnknownClassifier    no model package of that name
    │   ├── InvalidCard          a card that is missing, malformed or of another version
    │   ├── InvalidWeights       weights that are corrupt, not finite, or not the card's
    │   └── InvalidImages        pictures of a wrong shape or dtype
    ├── InvalidToken             a token that is none, or cannot be read
    ├── CannotResume             a session that is not kept here, or not with this classifier
    ├── TrainingError            a recipe or dataset that cannot be trained
    ├── PoolUnavailable          no workers to classify can be had: no Ray, no cluster, no room
    └── SessionFailed            a session that ended otherwise than agreed
        ├── ServerUnreachable    no server at that address, or the connection broke
        │   └── ServerSilent         connected, but what was due did not come in time
        ├── SessionOver          to be resumed, but it has come to its end already
        ├── SessionInterrupted   no connection came about again; the session can be resumed
        │   └── WorkersGone          no worker is left to classify; likewise
        ├── ServerRefused        the server closed with a code of its own; it is named
        │   └── AccessDenied         it does not let this client in; a token may help
        └── StoppedBeforeStart   somebody stopped the session before its first frame

``code`` is stable and stands apart from the text.
"""

from typing import ClassVar
from uuid import UUID


class AnalysisError(Exception):
    """Base of every error of this package."""

    code: ClassVar[str] = "analysis-error"


class ClassifierError(AnalysisError):
    """A classifier that cannot be loaded or used."""

    code = "classifier-error"


class UnknownClassifier(ClassifierError):
    """No model package of that name; the message lists those there are."""

    code = "unknown-classifier"


class InvalidCard(ClassifierError):
    """A model card that is missing, malformed or of another version."""

    code = "invalid-card"


class InvalidWeights(ClassifierError):
    """Weights that are corrupt, not finite, or do not fit the card."""

    code = "invalid-weights"


class InvalidImages(ClassifierError):
    """Pictures of a shape or dtype that the classifier does not take."""

    code = "invalid-images"


class InvalidToken(AnalysisError):
    """A token that is none, or cannot be read; the message says where, and never repeats it."""

    code = "invalid-token"


class TrainingError(AnalysisError):
    """A recipe or dataset that cannot be trained."""

    code = "training-error"


class CannotResume(AnalysisError):
    """A session that is not kept here, that another process has, or with another classifier."""

    code = "cannot-resume"


class PoolUnavailable(AnalysisError):
    """No workers to classify can be had: Ray is not installed, no cluster is there, or no room."""

    code = "pool-unavailable"


class SessionFailed(AnalysisError):
    """A session that ended otherwise than agreed."""

    code = "session-failed"


class SessionOver(SessionFailed):
    """A session that was to be resumed has come to its end already."""

    code = "session-over"

    def __init__(self, session: UUID, state: str) -> None:
        super().__init__(f"session {session} is over: {state}")
        self.session = session
        self.state = state


class ServerUnreachable(SessionFailed):
    """No server at that address, or the connection broke."""

    code = "server-unreachable"


class ServerSilent(ServerUnreachable):
    """Connected, but what was due did not come in time."""

    code = "server-silent"


class SessionInterrupted(SessionFailed):
    """The connection broke and none came about again; the session can be resumed."""

    code = "session-interrupted"


class WorkersGone(SessionInterrupted):
    """No worker is left to classify, and none came back; the session can be resumed."""

    code = "workers-gone"


class ServerRefused(SessionFailed):
    """The server closed the connection with a code of its own."""

    code = "server-refused"

    def __init__(self, close_code: int, reason: str) -> None:
        super().__init__(f"the server closed with {close_code}: {reason or 'no reason given'}")
        self.close_code = close_code
        self.reason = reason


class AccessDenied(ServerRefused):
    """The server does not let this client in: no token, a wrong one, or one for something else."""

    code = "access-denied"
    CLOSE_CODE: ClassVar[int] = 4407

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(self.CLOSE_CODE, reason)
        self.args = (f"the server answered with HTTP status {status}: {reason}",)


class StoppedBeforeStart(SessionFailed):
    """Somebody stopped the session before its first frame; there is nothing to report."""

    code = "stopped-before-start"
