"""What the server is told of a classifier."""

from analysis.identity import classifier_info
from streaming.messages import SESSION_CLIENT_TYPES, Open, decode_message, encode_message
from tests.analysis.live_fakes import CLIENT
from tests.analysis.tiny_models import tiny_card


def test_tells_what_the_card_says() -> None:
    card = tiny_card()
    info = classifier_info(card)
    assert info.name == card.name
    assert info.sha256 == card.weights.sha256
    assert tuple(info.class_names) == card.class_names
    assert info.parameter_count == card.weights.parameter_count
    assert info.card["input"]["height"] == card.input.height


def test_travels_as_the_protocol_asks() -> None:
    message = Open(classifier=classifier_info(tiny_card()), client=CLIENT)
    assert decode_message(encode_message(message), SESSION_CLIENT_TYPES).client == CLIENT
