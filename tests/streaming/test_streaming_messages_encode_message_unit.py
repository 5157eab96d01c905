"""streaming.messages.encode_message."""

import json
from uuid import UUID

from streaming.messages import Credit, Ended, Open, Ready, encode_message
from streaming.messages import ClassifierInfo, ClientInfo


def test_names_the_type() -> None:
    assert encode_message(Ready()) == '{"type":"ready"}'
    assert json.loads(encode_message(Credit(until=5))) == {"type": "credit", "until": 5}


def test_writes_a_session_id_as_text() -> None:
    uuid = UUID(int=5)
    text = encode_message(Ended(session=uuid, sent=1, unsent=2, reason="client"))
    assert json.loads(text) == {
        "type": "ended",
        "session": str(uuid),
        "sent": 1,
        "unsent": 2,
        "reason": "client",
    }


def test_writes_what_is_inside_and_what_was_left_out() -> None:
    classifier = ClassifierInfo(name="ä", sha256="0" * 64, class_names=["a"])
    message = Open(classifier=classifier, client=ClientInfo(name="b"))
    assert json.loads(encode_message(message)) == {
        "type": "open",
        "classifier": {
            "name": "ä",
            "sha256": "0" * 64,
            "class_names": ["a"],
            "parameter_count": 0,
            "card": {},
        },
        "client": {"name": "b", "version": ""},
        "count": None,
        "fps": None,
        "offset": 0,
        "dataset": None,
        "repeats": None,
    }
