"""The witness: does it see what the client was told?"""

import pytest

from tests.faults.proxy import FaultProxy, Faults
from tests.faults.witness import Witness
from tests.servers import RunningServer
from tests.streaming.peers import attached, open_session, predictions_of, run_stream, session_socket


def test_sees_every_acknowledgement_whatever_the_slices(stream_server: RunningServer) -> None:
    witness = Witness()
    with (
        FaultProxy(
            stream_server.session_port, lambda number: Faults(slice_bytes=7), tap=witness
        ) as proxy,
        session_socket(stream_server, port=proxy.port) as session,
    ):
        opened = open_session(session, count=40)
        with attached(stream_server, opened) as frames:
            stream = run_stream(session, frames, opened)
        session.predict(predictions_of([3, 4]), number=7)
    assert stream.sequences == list(range(40))
    assert witness.opened["session"] == opened["session"]
    assert witness.acknowledged == set(range(40))
    assert witness.seen["ack"] == witness.seen["predictions"] == len(stream.predicted) + 1


def test_counts_nothing_that_was_not_acknowledged(stream_server: RunningServer) -> None:
    witness = Witness()
    with (
        FaultProxy(stream_server.session_port, tap=witness) as proxy,
        session_socket(stream_server, port=proxy.port) as session,
    ):
        open_session(session, count=40)
        witness.wait_until(lambda: witness.seen["opened"] == 1, 10)
        with pytest.raises(TimeoutError, match="'opened': 1"):
            witness.wait_until(lambda: witness.seen["ack"] > 0, 0.05)
    assert not witness.acknowledged
