"""streaming.watching.Follower."""

from streaming.consumers.frames import FramesConsumer
from streaming.consumers.sessions import SessionConsumer
from streaming.watching import Follower


def test_is_what_both_sockets_are() -> None:
    wanted = {name for name in vars(Follower) if not name.startswith("_")}
    assert wanted == {"followed", "look_every_s", "note", "looked"}
    for consumer in (FramesConsumer, SessionConsumer):
        assert wanted <= set(dir(consumer))
