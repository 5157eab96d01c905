"""tests.faults.cluster.proxy_configuration, and what is in `deploy/` as HAProxy sees it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.engines import missing
from tests.faults.cluster import FRONTENDS, PROCESSES, make_certificate, proxy_configuration


def _check(*files: Path) -> None:
    binary = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
    if binary is None:
        missing("no haproxy was found")
    options = [option for file in files for option in ("-f", str(file))]
    checked = subprocess.run(
        [binary, "-c", *options], capture_output=True, text=True, timeout=60, check=False
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize(
    "processes", [PROCESSES, PROCESSES.with_name("compose.cfg")], ids=["one machine", "compose"]
)
def test_haproxy_takes_what_is_in_deploy(processes: Path, tmp_path: Path) -> None:
    frontends = tmp_path / "frontends.cfg"
    certificate = str(make_certificate(tmp_path))
    text = FRONTENDS.read_text("ascii").replace("/etc/haproxy/fashionsite.pem", certificate)
    frontends.write_text(text, "ascii")
    _check(frontends, processes)


def test_haproxy_takes_it_for_other_ports(tmp_path: Path) -> None:
    file = tmp_path / "haproxy.cfg"
    certificate = make_certificate(tmp_path)
    text = proxy_configuration(frames_port=16000, session_port=17000, certificate=certificate)
    file.write_text(text, "ascii")
    assert "127.0.0.2:16000" in text and "127.0.0.2:17000" in text
    assert ":443" not in text and ":7000" not in text
    _check(file)
