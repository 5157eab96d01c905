"""A session's frames once more over real sockets."""

from tests.servers import RunningServer
from tests.streaming.peers import attached, open_session, rest_session, run_stream, session_socket


def _streamed(server: RunningServer, **asked: object) -> tuple[str, list[int]]:
    """A whole session; its id and the index of each frame, which its first pixel tells."""
    with session_socket(server) as session:
        opened = open_session(session, **asked)  # type: ignore[arg-type]  # whatever is asked
        with attached(server, opened) as frames:
            stream = run_stream(session, frames, opened)
        session.say("done")
        session.hear("accepted")
    firsts = [int(image[0, 0]) for message in stream.messages for image in message.images]
    return opened["session"], firsts


def test_the_same_frames_come_under_the_same_sequences(stream_server: RunningServer) -> None:
    first, frames = _streamed(stream_server, count=20, offset=7)
    again, same = _streamed(stream_server, count=None, repeats=first)
    assert frames == same == list(range(7, 27))
    assert rest_session(stream_server, again)["repeats"] == first
    assert rest_session(stream_server, first)["repeats"] is None


def test_refuses_a_session_that_is_not_there(stream_server: RunningServer) -> None:
    with session_socket(stream_server) as session:
        session.say(
            "open",
            classifier={"name": "guess", "sha256": "ab" * 32, "class_names": ["a", "b"]},
            client={"name": "peer"},
            repeats="00000000-0000-0000-0000-000000000007",
        )
        assert session.refusal() == ("unknown-session", 4404)
