"""streaming.bookkeeping.secret."""

from streaming.bookkeeping import Secret, hash_secret


def test_is_another_each_time_and_stored_as_its_hash() -> None:
    first, second = Secret.new(), Secret.new()
    assert first.text != second.text
    assert len(first.text) >= 43  # 256 bits in base64
    assert first.sha256 == hash_secret(first.text)
