"""The account of a session whose client left no report: what is stored is what is proven."""

import numpy as np

from results.ledger import Loss, ranges_of
from results.models import Prediction, Session


def settle(session: Session, *, reason: str) -> None:
    """Make the ledger of a session without a report add up; the caller saves it.

    A stored prediction proves that its frame was received and analysed. Every other frame that
    was sent counts as lost, for ``reason``, as nobody can say what became of it.
    """
    session.received = session.analysed = session.stored
    if session.stored < session.sent:
        stored = Prediction.objects.filter(session=session).values_list("sequence", flat=True)
        missing = np.ones(session.sent, dtype=bool)
        missing[np.fromiter(stored.iterator(), dtype=np.int64)] = False
        loss = Loss(reason=reason, ranges=ranges_of(np.flatnonzero(missing).tolist()))
        session.losses = {**session.losses, "lost": [loss.as_dict()]}
