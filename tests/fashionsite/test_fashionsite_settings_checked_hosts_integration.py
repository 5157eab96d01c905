"""fashionsite.settings of a server on a network, as a process reads them from its environment."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import ROOT, small_dataset
from tests.sharing import free_ports

SECRET = "kEy-" + "0123456789" * 5
READY = {
    "FASHIONSITE_ACCESS": "network",
    "ALLOWED_HOSTS": "clothes.example",
    "SECRET_KEY": SECRET,
    "BEHIND_PROXY": "true",
}


def _run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env={**kept, "FASHIONSITE_VAR_DIR": str(folder), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _without(name: str) -> dict[str, str]:
    return {key: value for key, value in READY.items() if key != name}


def test_the_deployment_check_has_nothing_to_say_and_nothing_is_silenced(tmp_path: Path) -> None:
    ended = _run(tmp_path, "check", "--deploy", "--fail-level=DEBUG", **READY)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "System check identified no issues (0 silenced).\n"


@pytest.mark.parametrize("command", ["runstream", "migrate", "check"])
@pytest.mark.parametrize(
    ("variables", "beginning"),
    [
        pytest.param(_without("ALLOWED_HOSTS"), "ALLOWED_HOSTS must name the host", id="no hosts"),
        pytest.param(_without("SECRET_KEY"), "SECRET_KEY must be given", id="no key"),
        pytest.param(_without("BEHIND_PROXY"), "BEHIND_PROXY=true must say", id="no TLS"),
        pytest.param({**READY, "DEBUG": "true"}, "DEBUG must be off", id="debug"),
        pytest.param({**READY, "SECRET_KEY": "short"}, "SECRET_KEY must have", id="a short key"),
        pytest.param(
            {**READY, "ALLOWED_HOSTS": "a.example,*"}, "ALLOWED_HOSTS must name each", id="any host"
        ),
    ],
)
def test_nothing_starts_without_what_a_network_takes(
    tmp_path: Path, command: str, variables: dict[str, str], beginning: str
) -> None:
    ended = _run(tmp_path, command, **variables)
    assert ended.returncode == 1
    assert ended.stderr.startswith(beginning)
    assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "secret_key").exists()
    assert not (tmp_path / "db.sqlite3").exists()


def test_says_everything_that_is_missing_at_once(tmp_path: Path) -> None:
    ended = _run(tmp_path, "check", FASHIONSITE_ACCESS="network", DEBUG="true")
    assert ended.returncode == 1
    named = re.findall(r"^[A-Z_]+", ended.stderr, re.MULTILINE)
    assert named == ["ALLOWED_HOSTS", "SECRET_KEY", "DEBUG", "BEHIND_PROXY"]


def test_no_host_stands_for_all_on_this_machine_either(tmp_path: Path) -> None:
    # A page of the web whose name resolves to 127.0.0.1 would have a host that is allowed.
    ended = _run(tmp_path, "check", ALLOWED_HOSTS="*")
    assert ended.returncode == 1
    assert ended.stderr.startswith("ALLOWED_HOSTS must name each host")


def test_a_network_without_tls_is_warned_of(tmp_path: Path) -> None:
    ended = _run(tmp_path, "check", **{**_without("BEHIND_PROXY"), "HTTPS": "false"})
    assert ended.returncode == 0
    assert "fashionsite.W001" in ended.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_other_machines_are_not_let_in_by_an_address_alone(tmp_path: Path, host: str) -> None:
    dataset = small_dataset(tmp_path / "noise.pickle", count=3)
    frames_port, session_port = free_ports(2)
    ended = _run(
        tmp_path,
        *("runstream", f"--dataset={dataset}", f"--host={host}"),
        *(f"--frames-port={frames_port}", f"--session-port={session_port}"),
    )
    assert ended.returncode == 1
    assert f"--host {host} lets other machines in" in ended.stderr
    assert "FASHIONSITE_ACCESS=network" in ended.stderr


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("FASHIONSITE_ACCESS", "open", "one of local, network, got 'open'"),
        ("OPEN_READING", "perhaps", "true or false, got 'perhaps'"),
        ("BEHIND_PROXY", "maybe", "true or false, got 'maybe'"),
        ("HTTPS", "some", "true or false, got 'some'"),
        ("MAX_CONNECTIONS", "0", "a whole number from 1 to 1000000, got '0'"),
        ("MAX_SESSIONS", "many", "a whole number from 1 to 1000000, got 'many'"),
        ("SESSION_STARTS_PER_MINUTE", "-1", "a whole number from 1 to 1000000, got '-1'"),
        ("REQUESTS_PER_MINUTE", "1000001", "a whole number from 1 to 1000000, got '1000001'"),
    ],
)
def test_says_what_is_accepted(tmp_path: Path, name: str, value: str, accepted: str) -> None:
    ended = _run(tmp_path, "check", **{**READY, name: value})
    assert (ended.returncode, ended.stderr) == (1, f"{name} must be {accepted}\n")


def test_cookies_and_redirects_are_for_tls_where_there_is_tls(tmp_path: Path) -> None:
    ended = _run(tmp_path, "diffsettings", "--output=unified", **READY)
    settings = dict(re.findall(r"^\+ ([A-Z_]+) = (.*)$", ended.stdout, re.MULTILINE))
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT"):
        assert settings[name] == "True"
    assert settings["SESSION_COOKIE_NAME"] == "'__Host-sessionid'"
    assert int(settings["SECURE_HSTS_SECONDS"]) == 31_536_000
    assert settings["SECURE_PROXY_SSL_HEADER"] == "('HTTP_X_FORWARDED_PROTO', 'https')"


def test_a_header_that_anybody_can_send_is_not_believed_without_a_proxy(tmp_path: Path) -> None:
    variables = {**_without("BEHIND_PROXY"), "HTTPS": "false"}
    ended = _run(tmp_path, "diffsettings", "--all", **variables)
    assert " SECURE_PROXY_SSL_HEADER = None\n" in ended.stdout
