"""access.sockets.Gate and what is before it, at a server process on a network."""

import base64
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.client import HTTPConnection
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from access.tokens import new_token
from streaming.messages import (
    FRAMES_SUBPROTOCOL,
    MAX_TEXT_BYTES,
    SESSION_PATH,
    SESSION_SUBPROTOCOL,
)
from tests.servers import RunningServer, run_manage, running_server
from tests.streaming.peers import CLASSIFIER, CLIENT, WITHIN_S, Peer, Stream, run_stream

CONNECTIONS, STARTS = 16, 6
SETTINGS = {
    "FASHIONSITE_ACCESS": "network",
    "ALLOWED_HOSTS": "127.0.0.1",
    "SECRET_KEY": "kEy-" + "0123456789" * 5,
    "HTTPS": "false",
    # Everything that is ever logged is searched for secrets.
    "LOG_LEVEL": "DEBUG",
    "MAX_CONNECTIONS": str(CONNECTIONS),
    "MAX_SESSIONS": "3",
    "SESSION_STARTS_PER_MINUTE": str(STARTS),
}
UUID = "00000000-0000-0000-0000-000000000007"
FORM = "application/x-www-form-urlencoded"
# Each is one that Django, DRF or Twisted has words of its own about; a token stands for %s.
BAD_REQUESTS: list[tuple[str, dict[str, str]]] = [
    ("/", {"Host": "%s"}),
    ("/", {"Host": "evil.example/%s"}),
    ("/sign-in/", {"body": "password=%s"}),
    ("/sign-in/", {"body": "password=%s", "Content-Type": FORM, "Origin": "null"}),
    ("/sign-in/", {"body": "%s&" + "a=1&" * 1100, "Content-Type": FORM}),
    ("/sign-in/", {"body": "%s", "Content-Type": "multipart/form-data; boundary=%s"}),
    ("/api/sessions/", {"body": '{"classifier": "%s', "Content-Type": "application/json"}),
    ("/api/sessions/", {"Authorization": "Basic %s"}),
    ("/api/sessions/", {"Authorization": "Bearer %s"}),
    ("/api/sessions/", {"Cookie": "sessionid=%s"}),
    ("/%zz/", {"Cookie": "%s"}),
]
PLACES = [
    pytest.param("session_port", SESSION_PATH, SESSION_SUBPROTOCOL, id="sessions"),
    pytest.param("frames_port", f"/frames/{UUID}", FRAMES_SUBPROTOCOL, id="frames"),
]


@pytest.fixture(name="server", scope="module")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for all tests here; each makes tokens of its own."""
    with running_server(tmp_path_factory.mktemp("network"), settings=SETTINGS) as server:
        yield server


def _token(server: RunningServer, name: str, *scopes: str) -> str:
    made = server.manage("accesstoken", "create", name, *(f"--scope={scope}" for scope in scopes))
    assert made.returncode == 0, made.stderr
    text = (server.folder / "tokens" / name).read_text("ascii").strip()
    assert text not in made.stderr + made.stdout
    return text


def _connect(
    server: RunningServer,
    token: str | None,
    *,
    port: str = "session_port",
    path: str = SESSION_PATH,
    subprotocol: str = SESSION_SUBPROTOCOL,
) -> ClientConnection:
    return connect(
        f"ws://127.0.0.1:{getattr(server, port)}{path}",
        subprotocols=[Subprotocol(subprotocol)],
        additional_headers={} if token is None else {"Authorization": f"Bearer {token}"},
        proxy=None,
    )


def _refused(server: RunningServer, token: str | None, **place: Any) -> tuple[int, str, str]:
    """HTTP status, code and detail of a handshake that does not come about."""
    with pytest.raises(InvalidStatus) as refused:
        _connect(server, token, **place)
    response = refused.value.response
    content = json.loads(response.body)
    return response.status_code, content["code"], content["detail"]


@contextmanager
def _session(server: RunningServer, token: str, **more: Any) -> Iterator[tuple[Peer, Any]]:
    with _connect(server, token) as socket:
        peer = Peer(socket)
        peer.say("open", classifier=CLASSIFIER, client=CLIENT, count=5, fps=0, **more)
        yield peer, peer.hear("opened")


def _has_failed(server: RunningServer, token: str, uuid: str) -> bool:
    return bool(_rest(server, f"/api/sessions/{uuid}/", token)[1]["state"] == "failed")


def _until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _raw(server: RunningServer, path: str, sent: dict[str, str]) -> int:
    """Status of a request with these headers, and of them `body` as its content."""
    connection = HTTPConnection("127.0.0.1", server.session_port, timeout=WITHIN_S)
    headers = {name: value for name, value in sent.items() if name != "body"}
    method = "POST" if "body" in sent else "GET"
    connection.request(method, path, sent.get("body"), headers)
    status = connection.getresponse().status
    connection.close()
    return status


def _stream(server: RunningServer, token: str) -> tuple[dict[str, Any], Stream]:
    with _session(server, token) as (session, opened):
        path = opened["frames_path"]
        place = {"port": "frames_port", "path": path, "subprotocol": FRAMES_SUBPROTOCOL}
        with _connect(server, token, **place) as socket:
            frames = Peer(socket)
            frames.say("attach", secret=opened["secret"])
            frames.hear("attached")
            stream = run_stream(session, frames, opened)
        session.say("done")
        session.hear("accepted")
    return opened, stream


def _rest(
    server: RunningServer, path: str, token: str | None, method: str = "GET"
) -> tuple[int, Any]:
    request = Request(f"{server.http_url}{path}", method=method)
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urlopen(request, timeout=WITHIN_S) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.mark.parametrize(("port", "path", "subprotocol"), PLACES)
def test_both_ports_ask_for_a_token_before_the_handshake_ends(
    server: RunningServer, port: str, path: str, subprotocol: str
) -> None:
    place = {"port": port, "path": path, "subprotocol": subprotocol}
    status, code, detail = _refused(server, None, **place)
    assert (status, code) == (401, "token-refused")
    assert "Authorization: Bearer" in detail
    assert _refused(server, new_token(), **place)[:2] == (401, "token-refused")
    reading = _token(server, f"reading-{port}", "read")
    assert _refused(server, reading, **place)[:2] == (403, "not-permitted")


def test_the_live_view_is_for_who_may_read(server: RunningServer) -> None:
    live = {"path": f"/ws/live/{UUID}/"}
    assert _refused(server, None, **live)[0] == 401
    assert _refused(server, _token(server, "live-no", "stream"), **live)[0] == 403
    with _connect(server, _token(server, "live-yes", "read"), **live) as socket:
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(WITHIN_S)
    # The session that is watched does not exist; the watcher is let in all the same.
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4404


def test_a_session_belongs_to_its_token(server: RunningServer) -> None:
    mine, other = _token(server, "mine", "stream"), _token(server, "other", "stream", "read")
    opened, stream = _stream(server, mine)
    assert stream.ended["sent"] == 5
    path = f"/api/sessions/{opened['session']}/"
    assert _rest(server, path, None)[0] == 401
    assert _rest(server, path, mine)[0] == 403
    status, session = _rest(server, path, other)
    assert (status, session["ledger"]["stored"]) == (200, 5)
    with _session(server, mine) as (_peer, running):
        stop = f"/api/sessions/{running['session']}/stop/"
        status, refused = _rest(server, stop, other, method="POST")
        assert (status, refused["code"]) == (403, "not-the-owner")
        assert _rest(server, stop, mine, method="POST")[0] == 200


def test_frames_need_the_sessions_secret_besides_any_token(server: RunningServer) -> None:
    mine, other = _token(server, "secret-1", "stream"), _token(server, "secret-2", "stream")
    with _session(server, mine) as (_peer, opened):
        place = {
            "port": "frames_port",
            "path": opened["frames_path"],
            "subprotocol": FRAMES_SUBPROTOCOL,
        }
        with _connect(server, other, **place) as socket:
            frames = Peer(socket)
            frames.say("attach", secret="guessed")
            assert frames.refusal() == ("wrong-secret", 4403)


def test_a_revoked_token_opens_nothing_more(server: RunningServer) -> None:
    text = _token(server, "leaked", "stream")
    with _connect(server, text):
        pass
    assert server.manage("accesstoken", "revoke", "leaked").returncode == 0
    status, _, detail = _refused(server, text)
    assert status == 401 and "revoked" in detail


def test_no_token_has_more_unfinished_sessions_than_it_may(server: RunningServer) -> None:
    text = _token(server, "greedy", "stream")
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(_session(server, text))
        with _connect(server, text) as socket:
            peer = Peer(socket)
            peer.say("open", classifier=CLASSIFIER, client=CLIENT, count=5)
            assert peer.refusal() == ("too-many", 4429)
        with _session(server, _token(server, "modest", "stream")):
            pass


def test_no_token_starts_more_in_a_minute_than_it_may(server: RunningServer) -> None:
    text = _token(server, "hasty", "stream", "read")
    for _ in range(STARTS):
        with _session(server, text) as (peer, opened):
            # A close of the client's own ends the session at once, and so it counts no more.
            peer.socket.close(4000)
        _until(partial(_has_failed, server, text, opened["session"]))
    with _connect(server, text) as socket:
        peer = Peer(socket)
        peer.say("open", classifier=CLASSIFIER, client=CLIENT, count=5)
        assert peer.refusal() == ("too-many", 4429)


@pytest.mark.parametrize(("port", "path", "subprotocol"), PLACES)
def test_no_address_has_more_connections_than_it_may(
    server: RunningServer, port: str, path: str, subprotocol: str
) -> None:
    place = {"port": port, "path": path, "subprotocol": subprotocol}
    text = _token(server, f"many-{port}", "stream")
    with ExitStack() as stack:

        def one_more() -> bool:
            try:
                stack.enter_context(_connect(server, text, **place))
            except InvalidStatus as refused:
                # Connections of the test before may still be ending.
                assert refused.response.status_code == 429
                return False
            return True

        for _ in range(CONNECTIONS):
            _until(one_more)
        status, code, _ = _refused(server, text, **place)
        assert (status, code) == (429, "too-many")


def test_an_analysis_reads_its_token_from_a_file(server: RunningServer) -> None:
    token = _token(server, "analysis", "stream")
    file = server.folder / "tokens" / "analysis"
    options = ("analyze", f"--server={server.ws_url}", "--count=5", "--fps=0")
    refused = server.manage(*options)
    assert refused.returncode == 1
    assert "HTTP status 401" in refused.stderr and "FASHIONSITE_TOKEN_FILE" in refused.stderr
    shown = {**SETTINGS, "FASHIONSITE_TOKEN_FILE": str(file)}
    ended = run_manage(server.folder, *options, settings=shown)
    assert ended.returncode == 0, ended.stderr
    assert token not in ended.stderr + ended.stdout


def test_no_token_no_secret_and_no_picture_reaches_a_log(server: RunningServer) -> None:
    """Real traffic of every kind, good and bad, at the level that logs most."""
    text, wrong = _token(server, "searched", "stream", "read"), new_token()
    secrets = [text, wrong, SETTINGS["SECRET_KEY"]]
    opened, stream = _stream(server, text)
    secrets.append(opened["secret"])
    _refused(server, wrong)
    _rest(server, f"/api/sessions/?token={text}", text)
    _rest(server, f"/api/{text}/", text)
    _rest(server, "/api/sessions/", wrong)
    for said in (
        f'{{"type": "{text}"}}',
        f'{{"type": "open", "classifier": "{text}"}}',
        f'{{"type": "resume", "session": "{text}", "secret": "{opened["secret"]}", "client": 1}}',
        f'{{"type": "stop", "reason": "{text}", "{text}": ',
        text,
        text.encode(),
        f'{{"type": "{"x" * 30}{text}"}}',
        "x" * (MAX_TEXT_BYTES + 1) + text,
    ):
        with _connect(server, text) as socket:
            try:
                socket.send(said)
                socket.recv(WITHIN_S)
            except ConnectionClosed:
                continue
    with connect(
        f"{server.ws_url}{SESSION_PATH}?token={text}",
        subprotocols=[Subprotocol(text)],
        additional_headers={"Authorization": f"Bearer {text}", "Cookie": f"sessionid={wrong}"},
        proxy=None,
    ) as socket:
        with pytest.raises(ConnectionClosed):
            while True:
                socket.recv(WITHIN_S)
    for path, sent in BAD_REQUESTS:
        secrets.append(bad := new_token())
        assert (
            400
            <= _raw(server, path, {name: value.replace("%s", bad) for name, value in sent.items()})
            < 500
        )
    pictures = [pixels.tobytes() for each in stream.messages for pixels in each.images]
    assert len(pictures) == 5
    log = server.log
    assert "refused" in log and opened["session"] in log
    assert [secret for secret in secrets if secret in log] == []
    for picture in pictures:
        for written in (picture.hex(), base64.b64encode(picture).decode(), repr(picture)[2:-1]):
            assert written[:40] not in log
    assert not re.search(r"fst_[A-Za-z0-9_-]{20}", log)
    assert "Traceback" not in log
