"""streaming.messages.Open."""

import pytest

from streaming.messages import ClassifierInfo, ClientInfo, Open

CLASSIFIER = ClassifierInfo(name="cnn", sha256="0" * 64, class_names=["a"])


def test_asks_for_everything_at_the_servers_rate_where_nothing_is_said() -> None:
    message = Open(classifier=CLASSIFIER, client=ClientInfo(name="me"))
    assert (message.count, message.fps, message.offset) == (None, None, 0)


def test_cannot_be_changed() -> None:
    message = Open(classifier=CLASSIFIER, client=ClientInfo(name="me"))
    with pytest.raises(AttributeError, match="immutable"):
        message.count = 5  # type: ignore[misc]  # what is tested
