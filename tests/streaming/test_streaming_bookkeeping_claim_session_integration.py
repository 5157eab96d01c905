"""Followers on a real server process: sessions that are asked for reach them one by one."""

from pathlib import Path

from tests.servers import RunningServer, running_server
from tests.streaming.peers import (
    CLASSIFIER,
    CLIENT,
    attached,
    rest,
    rest_session,
    run_stream,
    session_socket,
)


def test_a_worker_runs_one_session_after_the_other(stream_server: RunningServer) -> None:
    offer = {**CLASSIFIER, "name": "two-in-a-row"}
    with session_socket(stream_server) as session:
        session.say("follow", classifiers=[offer], client=CLIENT)
        session.hear("following")
        for count in (5, 6):
            asked = {"classifier": "two-in-a-row", "count": count, "fps": 0}
            status, requested = rest(stream_server, "/api/sessions/", asked)
            assert status == 201, requested
            opened = session.hear("opened")
            assert (opened["session"], opened["classifier"]) == (requested["uuid"], "two-in-a-row")
            with attached(stream_server, opened) as frames:
                run_stream(session, frames, opened)
            session.say("done")
            assert session.hear("accepted")["state"] == "completed"
            # Allowed while nothing runs, as it keeps a worker alive.
            session.say("progress", received=0, analysed=0)


def test_a_worker_survives_a_session_whose_dataset_is_gone(tmp_path: Path) -> None:
    with running_server(tmp_path / "server") as server, session_socket(server) as session:
        session.say("follow", classifiers=[CLASSIFIER], client=CLIENT)
        session.hear("following")
        # Another dataset, known to the database as the one served last, whose file is gone.
        gone = "from results.models import Dataset as D; from django.utils import timezone as t; "
        gone += "d = D.objects.get(); d.pk = None; d.sha256 = 'f' * 64; d.path = '/nowhere'; "
        gone += "d.last_served_at = t.now(); d.save()"
        assert server.manage("shell", "-v0", "-c", gone).returncode == 0
        asked = {"classifier": CLASSIFIER["name"], "count": 5, "fps": 0}
        _, requested = rest(server, "/api/sessions/", asked)
        put_right = "from results.models import Dataset as D; D.objects.filter(path='/nowhere')"
        put_right += ".update(last_served_at='2000-01-01T00:00Z')"
        assert server.manage("shell", "-v0", "-c", put_right).returncode == 0
        _, following = rest(server, "/api/sessions/", asked)
        assert session.hear("opened")["session"] == following["uuid"]
        failed = rest_session(server, requested["uuid"])
        assert failed["state"] == "failed"
        assert "/nowhere" in failed["error"]
        assert "Traceback" not in server.log


def test_a_worker_survives_a_session_that_is_stopped_before_its_start(
    stream_server: RunningServer,
) -> None:
    offer = {**CLASSIFIER, "name": "stopped-early"}
    asked = {"classifier": "stopped-early", "count": 5, "fps": 0}
    with session_socket(stream_server) as session:
        session.say("follow", classifiers=[offer], client=CLIENT)
        session.hear("following")
        _, requested = rest(stream_server, "/api/sessions/", asked)
        session.hear("opened")
        rest(stream_server, f"/api/sessions/{requested['uuid']}/stop/", post=True)
        assert session.hear("ended")["reason"] == "rest"
        # What the client said before it heard of the end crosses it on the way.
        session.say("ready")
        session.say("stop")
        _, requested = rest(stream_server, "/api/sessions/", asked)
        assert session.hear("opened")["session"] == requested["uuid"]


def test_finds_a_session_that_was_asked_for_before_the_worker_was_free(
    stream_server: RunningServer,
) -> None:
    offer = {**CLASSIFIER, "name": "queued"}
    asked = {"classifier": "queued", "count": 5, "fps": 0}
    with session_socket(stream_server) as session:
        session.say("follow", classifiers=[offer], client=CLIENT)
        session.hear("following")
        uuids = [rest(stream_server, "/api/sessions/", asked)[1]["uuid"] for _ in range(2)]
        for uuid in uuids:
            opened = session.hear("opened")
            assert opened["session"] == uuid
            session.say("stop")
            session.hear("ended")
