"""tools.plan_capacity.ack_bytes."""

from streaming.messages import Ack, encode_message
from tools.plan_capacity import ACK_BYTES, ack_bytes


def test_an_acknowledgement_in_the_middle_of_a_long_session_is_about_as_long_as_is_reckoned() -> (
    None
):
    message = encode_message(Ack(batch=123_456, stored=1, repeated=0, total=123_456))
    assert abs(len(message) - ACK_BYTES) <= 5
    assert ack_bytes() == ACK_BYTES + 4 + 22 + 52
