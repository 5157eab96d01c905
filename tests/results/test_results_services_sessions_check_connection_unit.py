"""Which socket has a session, and which has its frames."""

import pytest

from results.errors import ConnectionReplaced
from results.models import Session
from results.services import check_connection


@pytest.mark.parametrize(
    ("connection", "frames_connection"),
    [
        pytest.param(None, None, id="neither"),
        pytest.param(3, None, id="the-session"),
        pytest.param(None, 5, id="the-frames"),
        pytest.param(3, 5, id="both"),
    ],
)
def test_the_latest_has_it(connection: int | None, frames_connection: int | None) -> None:
    session = Session(connection=3, frames_connection=5)
    check_connection(session, connection=connection, frames_connection=frames_connection)


@pytest.mark.parametrize(
    ("connection", "frames_connection", "words"),
    [
        pytest.param(2, None, "has another connection by now", id="the-session"),
        pytest.param(None, 4, "another connection has the frames", id="the-frames"),
        pytest.param(3, 0, "another connection has the frames", id="frames-never-attached"),
    ],
)
def test_an_earlier_one_has_it_no_more(
    connection: int | None, frames_connection: int | None, words: str
) -> None:
    session = Session(connection=3, frames_connection=5)
    with pytest.raises(ConnectionReplaced, match=words):
        check_connection(session, connection=connection, frames_connection=frames_connection)
