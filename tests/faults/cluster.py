"""Several server processes behind a real HAProxy, on PostgreSQL and Redis, as `deploy/` has it."""

import contextlib
import datetime
import ipaddress
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.analysis.tiny_models import tiny_package
from tests.engines import missing
from tests.faults.streams import SMALL, Analysis
from tests.servers import ROOT, environment_of, run_manage, small_dataset
from tests.sharing import free_ports

FRONTENDS = ROOT / "deploy" / "haproxy" / "frontends.cfg"
PROCESSES = ROOT / "deploy" / "haproxy" / "one-machine.cfg"
WITHIN_S = 60.0


@dataclass(frozen=True)
class Member:
    """A server process of the cluster, at an address of its own."""

    address: str
    process: "subprocess.Popen[bytes]"
    log: Path


class Cluster:
    """Server processes and the proxy before them; a context manager.

    As on a network: TLS by the proxy, and a token for whoever streams or reads.

    Args:
        folder: Where everything lies.
        database_url: A database of the cluster's own.
        redis_url: The channel layer.
        frames: Of the dataset that it serves.

    Attributes:
        frames_port, session_port: The public ones, and each process's at its own address.
        members: The server processes by address, those that were killed left out.
    """

    def __init__(self, folder: Path, *, database_url: str, redis_url: str, frames: int) -> None:
        self.frames_port, self.session_port = free_ports(2)
        self.members: dict[str, Member] = {}
        self._folder = folder
        self._settings = {
            "DATABASE_URL": database_url,
            "CHANNEL_REDIS_URL": redis_url,
            "FASHIONSITE_ACCESS": "network",
            "BEHIND_PROXY": "true",
            "ALLOWED_HOSTS": "localhost,127.0.0.2,127.0.0.3,127.0.0.4",
            "SECRET_KEY": "kEy-" + "0123456789" * 5,
            "LOG_FORMAT": "json",
        }
        self._certificate = make_certificate(folder)
        self._dataset = small_dataset(folder / "noise.pickle", count=frames, shape=SMALL)
        tiny_package(folder / "models")
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            for arguments in (
                ("migrate", "-v0"),
                ("accesstoken", "create", "client", "--scope=stream", "--scope=read"),
            ):
                done = run_manage(self._folder, *arguments, settings=self._settings)
                assert done.returncode == 0, done.stderr
            stack.enter_context(self._proxy())
            stack.callback(self._end_all)
            for address in proxied_addresses():
                self.start(address)
            wait_until(lambda: all(map(self.is_ready, self.members)), "not every process is ready")
            wait_until(self._is_up, "the proxy lets nobody through")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()
        for log in self._folder.glob("*.log"):
            assert "Traceback" not in log.read_text("utf-8"), log.read_text("utf-8")

    def start(self, address: str) -> None:
        """Start a server process at an address of this machine."""
        log = self._folder / f"server-{address}-{time.monotonic_ns()}.log"
        command = [
            *(sys.executable, str(ROOT / "manage.py"), "runstream", f"--dataset={self._dataset}"),
            *(f"--host={address}", f"--frames-port={self.frames_port}"),
            f"--session-port={self.session_port}",
        ]
        with log.open("wb") as stderr:
            # pylint: disable-next=consider-using-with  # `__exit__` ends it
            process = subprocess.Popen(command, env=self._environment, stderr=stderr)
        self.members[address] = Member(address, process, log)

    def kill(self, address: str) -> None:
        """Kill a server process with -9."""
        self.members[address].process.kill()
        self._end(address)

    @contextlib.contextmanager
    def analysis(self, name: str, *options: str) -> Iterator[Analysis]:
        """`manage.py analyze` through the proxy, as on a machine of its own; killed in the end."""
        folder = self._folder / name
        folder.mkdir()
        log = folder / "analyze.log"
        command = [
            *(sys.executable, str(ROOT / "manage.py"), "analyze", "--classifier=tiny"),
            *(f"--server=wss://localhost:{self.session_port}", *options),
        ]
        environment = environment_of(folder, {"DATABASE_URL": f"sqlite:///{folder / 'none'}"}) | {
            "FASHIONSITE_MODELS_DIR": str(self._folder / "models"),
            "FASHIONSITE_TOKEN_FILE": str(self._folder / "tokens" / "client"),
            "SSL_CERT_FILE": str(self._certificate),
        }
        with (
            log.open("wb") as stderr,
            subprocess.Popen(command, env=environment, stderr=stderr) as process,
        ):
            client = Analysis(process, log)
            try:
                yield client
            finally:
                client.kill()

    def get(self, path: str) -> Any:
        """What REST answers through the proxy."""
        return json.loads(self._read(f"https://localhost:{self.session_port}{path}"))

    def status(self, path: str) -> int:
        """How the proxy, or a server behind it, answers a stranger who asks for a page."""
        url = f"https://localhost:{self.session_port}{path}"
        try:
            self._read(url, with_token=False)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code
        return 200

    def is_ready(self, address: str) -> bool:
        """Whether a process says that it is."""
        with contextlib.suppress(OSError):
            return bool(self._read(f"http://{address}:{self.session_port}/ready/"))
        return False

    def websockets(self, address: str, port: str) -> int:
        """How many websockets of a port are open at a process, by its own metrics."""
        for line in self._read(f"http://{address}:{self.session_port}/metrics").splitlines():
            if line.startswith(f'fashionsite_websockets{{port="{port}"}}'):
                return int(float(line.split()[-1]))
        return 0

    @property
    def _environment(self) -> dict[str, str]:
        return environment_of(self._folder, self._settings)

    def _read(self, url: str, *, with_token: bool = True) -> str:
        request = urllib.request.Request(url)
        if with_token:
            token = (self._folder / "tokens" / "client").read_text("ascii").strip()
            request.add_header("Authorization", f"Bearer {token}")
        context = ssl.create_default_context(cafile=str(self._certificate))
        with urllib.request.urlopen(request, timeout=WITHIN_S, context=context) as answer:
            return str(answer.read(), "utf-8")

    def _is_up(self) -> bool:
        with contextlib.suppress(OSError):
            return self.status("/health/") == 200
        return False

    def _end_all(self) -> None:
        for member in self.members.values():
            member.process.send_signal(signal.SIGTERM)
        for address in list(self.members):
            self._end(address)

    def _end(self, address: str) -> None:
        process = self.members.pop(address).process
        try:
            process.wait(WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @contextlib.contextmanager
    def _proxy(self) -> Iterator[None]:
        """HAProxy with the configuration of `deploy/`, on these ports."""
        binary = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
        if binary is None:
            missing("no haproxy was found")
        configuration = self._folder / "haproxy.cfg"
        configuration.write_text(
            proxy_configuration(
                frames_port=self.frames_port,
                session_port=self.session_port,
                certificate=self._certificate,
            ),
            encoding="ascii",
        )
        with (
            (self._folder / "haproxy.log").open("wb") as log,
            subprocess.Popen(
                [binary, "-db", "-f", str(configuration)], stdout=log, stderr=log
            ) as proxy,
        ):
            try:
                wait_until(lambda: is_listening(self.session_port) or proxy.poll() is not None, "")
                assert proxy.poll() is None, (self._folder / "haproxy.log").read_text("utf-8")
                yield
            finally:
                proxy.terminate()


def proxy_configuration(*, frames_port: int, session_port: int, certificate: Path) -> str:
    """The proxy's configuration in `deploy/`, for other ports and another certificate."""
    text = FRONTENDS.read_text("ascii") + PROCESSES.read_text("ascii")
    # Nobody but root may listen there, and the session port serves the same; nor change the user.
    for_root = ("bind :443 ", "user ", "group ")
    privileged = [line for line in text.splitlines() if line.strip().startswith(for_root)]
    assert len(privileged) == len(for_root), privileged
    for old, new in [
        *((line, "") for line in privileged),
        ("/etc/haproxy/fashionsite.pem", str(certificate)),
        ("log /dev/log local0 notice", "log stderr format raw local0 notice"),
        ("maxconn 20000", "maxconn 500"),  # for which a test's user may open too few files
        ("bind :", "bind 127.0.0.1:"),
        (":7000", f":{session_port}"),
        (":6000", f":{frames_port}"),
    ]:
        assert old in text, f"{FRONTENDS} and {PROCESSES} have no {old!r}"
        text = text.replace(old, new)
    return text


def proxied_addresses() -> list[str]:
    """The address of each server process that the configuration in `deploy/` knows."""
    lines = [line.split() for line in PROCESSES.read_text("ascii").splitlines()]
    found = [words[2] for words in lines if words[:1] == ["server"]]
    return sorted({server.partition(":")[0] for server in found})


def make_certificate(folder: Path) -> Path:
    """A certificate for ``localhost`` with its key, in one file, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names: list[x509.GeneralName] = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


def is_listening(port: int) -> bool:
    """Whether anybody takes connections to a port of this machine."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def wait_until(condition: Callable[[], bool], problem: str, within_s: float = WITHIN_S) -> None:
    """Wait for a condition; where it does not come, fail and say what is wrong."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"after {within_s:g} s {problem}"
        time.sleep(0.05)
