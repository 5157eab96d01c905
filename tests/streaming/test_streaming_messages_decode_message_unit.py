"""streaming.messages.decode_message."""

import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.errors import InvalidField, MalformedMessage, PeerError, UnknownMessageType
from streaming.messages import (
    FRAMES_CLIENT_TYPES,
    FRAMES_SERVER_TYPES,
    MAX_TEXT_BYTES,
    SESSION_CLIENT_TYPES,
    SESSION_SERVER_TYPES,
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
    Stop,
    Submit,
    decode_message,
    encode_message,
)

UUID_5 = UUID(int=5)
CLASSIFIER = ClassifierInfo(
    name="cnn", sha256="0a" * 32, class_names=["a", "b"], parameter_count=5, card={"x": [1]}
)
CLIENT = ClientInfo(name="analyze", version="1")
DATASET = DatasetInfo(name="noise", sha256="0" * 64, height=28, width=28, channels=1)
OPENED = Opened(
    session=UUID_5,
    secret="s",
    frames_port=6000,
    frames_path="/frames/x",
    classifier="cnn",
    announced=5,
    fps=2.5,
    offset=1,
    window=7,
    dataset=DATASET,
)
ACCEPTED = Accepted(
    session=UUID_5,
    state="completed",
    verified=True,
    discrepancies=["a"],
    ledger={"sent": 1},
    page="/",
)


@pytest.mark.parametrize(
    ("message", "types"),
    [
        pytest.param(
            Open(classifier=CLASSIFIER, client=CLIENT, count=5, fps=2.5, offset=3),
            SESSION_CLIENT_TYPES,
            id="open",
        ),
        pytest.param(
            Follow(classifiers=[CLASSIFIER], client=CLIENT), SESSION_CLIENT_TYPES, id="follow"
        ),
        pytest.param(Ready(), SESSION_CLIENT_TYPES, id="ready"),
        pytest.param(Progress(received=5, analysed=4), SESSION_CLIENT_TYPES, id="progress"),
        pytest.param(Stop(reason="enough"), SESSION_CLIENT_TYPES, id="stop"),
        pytest.param(Submit(report={"a": [1, None]}), SESSION_CLIENT_TYPES, id="submit"),
        pytest.param(Done(), SESSION_CLIENT_TYPES, id="done"),
        pytest.param(Following(worker=UUID_5), SESSION_SERVER_TYPES, id="following"),
        pytest.param(OPENED, SESSION_SERVER_TYPES, id="opened"),
        pytest.param(Ready(), SESSION_SERVER_TYPES, id="ready of the server"),
        pytest.param(
            Ended(session=UUID_5, sent=1, unsent=2, reason="x"), SESSION_SERVER_TYPES, id="ended"
        ),
        pytest.param(Ack(batch=1, stored=2, repeated=3, total=4), SESSION_SERVER_TYPES, id="ack"),
        pytest.param(ACCEPTED, SESSION_SERVER_TYPES, id="accepted"),
        pytest.param(
            Error(code="a", detail="b", close_code=4400), SESSION_SERVER_TYPES, id="error"
        ),
        pytest.param(Attach(secret="s"), FRAMES_CLIENT_TYPES, id="attach"),
        pytest.param(Credit(until=9), FRAMES_CLIENT_TYPES, id="credit"),
        pytest.param(Attached(session=UUID_5), FRAMES_SERVER_TYPES, id="attached"),
        pytest.param(
            Ended(session=UUID_5, sent=1, unsent=0, reason="complete"),
            FRAMES_SERVER_TYPES,
            id="ended on the frames socket",
        ),
    ],
)
def test_undoes_encoding(message: Message, types: dict[str, Any]) -> None:
    assert decode_message(encode_message(message), types) == message


def test_takes_defaults_for_what_is_left_out() -> None:
    text = json.dumps(
        {
            "type": "open",
            "classifier": {"name": "cnn", "sha256": "0" * 64, "class_names": ["a"]},
            "client": {"name": "me"},
        }
    )
    message = decode_message(text, SESSION_CLIENT_TYPES)
    assert isinstance(message, Open)
    assert (message.count, message.fps, message.offset) == (None, None, 0)
    assert (message.classifier.parameter_count, message.classifier.card) == (0, {})
    assert decode_message('{"type": "stop"}', SESSION_CLIENT_TYPES).reason == "client"


def test_passes_unknown_fields_over() -> None:
    text = '{"new": [1], "type": "credit", "until": 5, "later": {"a": null}}'
    assert decode_message(text, FRAMES_CLIENT_TYPES) == Credit(until=5)


def _open(**changes: Any) -> str:
    fields: dict[str, Any] = {
        "type": "open",
        "classifier": {"name": "cnn", "sha256": "0" * 64, "class_names": ["a"]},
        "client": {"name": "me"},
    }
    for name, value in changes.items():
        place = fields
        *path, last = name.split("__")
        for step in path:
            place = place[step]
        place[last] = value
    return json.dumps(fields)


@pytest.mark.parametrize(
    ("text", "offence", "complaint"),
    [
        pytest.param("", MalformedMessage, "truncated", id="empty"),
        pytest.param("hello", MalformedMessage, "JSON object", id="not JSON"),
        pytest.param('{"type": "ready"', MalformedMessage, "truncated", id="half a message"),
        pytest.param('{"type": "ready"} {}', MalformedMessage, "trailing", id="two messages"),
        pytest.param(_open(fps=float("nan")), MalformedMessage, "malformed", id="NaN"),
        pytest.param(_open(fps=float("inf")), MalformedMessage, "malformed", id="infinity"),
        pytest.param('{"a":' + "[" * 100_000, MalformedMessage, "recursion", id="deep"),
        pytest.param('{"type": "\ud800"}', MalformedMessage, "surrogates", id="half a pair"),
        pytest.param(" " * (MAX_TEXT_BYTES + 1), MalformedMessage, "at most 4194304", id="long"),
        pytest.param("[]", InvalidField, "got `array`", id="a list"),
        pytest.param("7", InvalidField, "got `int`", id="a number"),
        pytest.param("{}", InvalidField, "missing required field `type`", id="no type"),
        pytest.param('{"type": 5}', InvalidField, "`str`, got `int`", id="a number as type"),
        pytest.param('{"type": "dance"}', UnknownMessageType, "got 'dance'", id="unknown"),
        pytest.param('{"type": "Open"}', UnknownMessageType, "got 'Open'", id="other case"),
        pytest.param('{"type": "credit"}', UnknownMessageType, "credit", id="other socket"),
        pytest.param(f'{{"type": "{"x" * 999}"}}', UnknownMessageType, "'x{50}'$", id="long type"),
        pytest.param('{"type": "submit"}', InvalidField, "submit: .*`report`", id="missing field"),
        pytest.param(_open(count=0), InvalidField, r">= 1 - at `\$.count`", id="count 0"),
        pytest.param(_open(count=-5), InvalidField, r"`\$.count`", id="count negative"),
        pytest.param(_open(count=2**63), InvalidField, r"`\$.count`", id="count huge"),
        pytest.param(_open(count=True), InvalidField, r"got `bool`", id="count true"),
        pytest.param(_open(count="5"), InvalidField, r"got `str`", id="count a text"),
        pytest.param(_open(fps=-0.1), InvalidField, r">= 0.0 - at `\$.fps`", id="fps negative"),
        pytest.param(_open(fps=1e7), InvalidField, r"`\$.fps`", id="fps huge"),
        pytest.param(_open(offset=-1), InvalidField, r"`\$.offset`", id="offset negative"),
        pytest.param(_open(client=None), InvalidField, r"`\$.client`", id="client null"),
        pytest.param(_open(client__name=""), InvalidField, r"`\$.client.name`", id="no name"),
        pytest.param(_open(client__name="x" * 101), InvalidField, "<= 100", id="name long"),
        pytest.param(_open(client__name="a\x00"), InvalidField, "NUL", id="NUL in a name"),
        pytest.param(_open(classifier__card={"\x00": 1}), InvalidField, "NUL", id="NUL in a key"),
        pytest.param(_open(classifier__sha256="A" * 64), InvalidField, "regex", id="upper case"),
        pytest.param(_open(classifier__sha256="0" * 63), InvalidField, "sha256", id="hash short"),
        pytest.param(_open(classifier__sha256="0" * 64 + "\n"), InvalidField, "64", id="line end"),
        pytest.param(_open(classifier__class_names=[]), InvalidField, "class_names", id="no class"),
        pytest.param(_open(classifier__class_names=[""]), InvalidField, "class_names", id="blank"),
        pytest.param(_open(classifier__parameter_count=-1), InvalidField, ">= 0", id="parameters"),
    ],
)
def test_refuses_with_the_place_and_the_reason(
    text: str, offence: type[PeerError], complaint: str
) -> None:
    with pytest.raises(offence, match=complaint):
        decode_message(text, SESSION_CLIENT_TYPES)


def test_takes_an_escaped_backslash_before_what_looks_like_a_nul() -> None:
    message = Stop(reason="\\u0000")
    assert decode_message(encode_message(message), SESSION_CLIENT_TYPES) == message


@given(st.text(max_size=60))
def test_raises_nothing_but_its_own_errors_at_any_text(text: str) -> None:
    with pytest.raises((MalformedMessage, UnknownMessageType, InvalidField)):
        decode_message(text, SESSION_CLIENT_TYPES)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
FIELD_NAMES = st.sampled_from(
    ["classifier", "client", "count", "fps", "offset", "received", "analysed", "report", "reason"]
)


@given(st.sampled_from(sorted(SESSION_CLIENT_TYPES)), st.dictionaries(FIELD_NAMES, JSON))
def test_gives_a_message_or_its_own_error_at_any_fields(name: str, fields: dict[str, Any]) -> None:
    try:
        message = decode_message(json.dumps({"type": name, **fields}), SESSION_CLIENT_TYPES)
    except PeerError as error:
        assert str(error)
    else:
        assert isinstance(message, SESSION_CLIENT_TYPES[name])


@pytest.mark.parametrize(
    "character", ["\n", "\r", "\x1b", "\x7f", "\x85", "\u2028", "\t"], ids=lambda text: f"{text!a}"
)
@pytest.mark.parametrize("where", ["a{}b", "{}b", "a{}"])
def test_takes_no_text_that_would_forge_a_line_of_the_log(character: str, where: str) -> None:
    text = where.format(character)
    changed = (
        {"type": "stop", "reason": text},
        json.loads(_open(client={"name": text, "version": "1"})),
        json.loads(_open(client={"name": "a", "version": text})),
    )
    for message in changed:
        with pytest.raises(InvalidField, match="regex"):
            decode_message(json.dumps(message), SESSION_CLIENT_TYPES)
