"""A valid message of each type, as JSON text, to make malformed ones of."""

from uuid import UUID

from streaming.messages import (
    Accepted,
    Ack,
    Attach,
    Attached,
    ClassifierInfo,
    ClientInfo,
    Credit,
    DatasetInfo,
    Done,
    Ended,
    Error,
    Follow,
    Following,
    Message,
    Open,
    Opened,
    Progress,
    Ready,
    Recall,
    Recalled,
    Resume,
    Resumed,
    Stop,
    Submit,
    encode_message,
)
from tests.servers import CLASS_NAMES

_ID = UUID("12345678-1234-5678-1234-567812345678")
_CLIENT = ClientInfo(name="peer", version="1")
_CLASSIFIER = ClassifierInfo(
    name="guess", sha256="ab" * 32, class_names=list(CLASS_NAMES), card={"layers": [1, 2]}
)
_DATASET = DatasetInfo(name="noise", sha256="cd" * 32, height=28, width=28, channels=1)

_MESSAGES: tuple[Message, ...] = (
    Open(classifier=_CLASSIFIER, client=_CLIENT, count=20, fps=10.0, offset=3),
    Resume(session=_ID, secret="secret", client=_CLIENT),
    Recall(first=7),
    Follow(classifiers=[_CLASSIFIER], client=_CLIENT),
    Ready(),
    Progress(received=20, analysed=10),
    Stop(reason="client"),
    Submit(report={"session": str(_ID), "samples": [{"sequence": 0}], "ledger": {}}),
    Done(),
    Following(worker=_ID),
    Opened(
        session=_ID,
        secret="secret",
        frames_port=6000,
        frames_path=f"/frames/{_ID}",
        classifier="guess",
        announced=20,
        fps=10.0,
        offset=0,
        window=1024,
        dataset=_DATASET,
    ),
    Resumed(session=_ID, state="running", sent=20, stored=10),
    Recalled(session=_ID),
    Ended(session=_ID, sent=20, unsent=0, reason="complete"),
    Ack(batch=1, stored=10, repeated=0, total=10),
    Accepted(
        session=_ID,
        state="completed",
        verified=True,
        discrepancies=["none"],
        ledger={"sent": 20},
        page="/sessions/",
    ),
    Error(code="out-of-order", detail="too early", close_code=4410),
    Attach(secret="secret", next=5),
    Attached(session=_ID, next=5),
    Credit(until=100),
)

VALID_TEXTS: dict[str, str] = {
    str(type(message).__struct_config__.tag): encode_message(message) for message in _MESSAGES
}
