"""Everything that can go wrong on the client's side.

::

    AnalysisError
    ├── ClassifierError          a classifier that cannot be loaded or used
    │   ├── UnknownClassifier    no model package of that name
    │   ├── InvalidCard          a card that is missing, malformed or of another version
    │   ├── InvalidWeights       weights that are corrupt, not finite, or not the card's
    │   └── InvalidImages        pictures of a wrong shape or dtype
    ├── TrainingError            a recipe or dataset that cannot be trained
    └── SessionFailed            a session that ended otherwise than agreed
        ├── ServerUnreachable    no server at that address, or the connection broke
        ├── ServerRefused        the server closed with a code of its own; it is named
        └── StoppedBeforeStart   somebody stopped the session before its first frame

``code`` is stable and stands apart from the text.
"""

from typing import ClassVar


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


class TrainingError(AnalysisError):
    """A recipe or dataset that cannot be trained."""

    code = "training-error"


class SessionFailed(AnalysisError):
    """A session that ended otherwise than agreed."""

    code = "session-failed"


class ServerUnreachable(SessionFailed):
    """No server at that address, or the connection broke."""

    code = "server-unreachable"


class ServerRefused(SessionFailed):
    """The server closed the connection with a code of its own."""

    code = "server-refused"

    def __init__(self, close_code: int, reason: str) -> None:
        super().__init__(f"the server closed with {close_code}: {reason or 'no reason given'}")
        self.close_code = close_code
        self.reason = reason


class StoppedBeforeStart(SessionFailed):
    """Somebody stopped the session before its first frame; there is nothing to report."""

    code = "stopped-before-start"
