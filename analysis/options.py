"""How a session is run on the client's side (pure)."""

from dataclasses import dataclass, field

from analysis.addresses import ServerAddress
from analysis.credit import Overload
from analysis.identity import client_info
from streaming.messages import ClientInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisOptions:
    """How to run a session.

    Attributes:
        overload: What to do when frames come faster than they are classified.
        batch_limit: Most frames classified at once.
        queue_frames: Most frames waiting for the classifier.
        queue_results: Most results waiting to be sent, with their pictures.
        sample_seed: Of the rule that chooses the sample pictures.
        frames_address: Where frames are fetched instead of at the server's host and the port
            that it names.
        client: Who this is.
    """

    overload: Overload = "wait"
    batch_limit: int = 256
    queue_frames: int = 1024
    queue_results: int = 4096
    sample_seed: int = 0
    frames_address: ServerAddress | None = None
    client: ClientInfo = field(default_factory=client_info)
