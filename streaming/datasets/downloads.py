"""Files fetched from outside into a folder: over HTTP, or out of a Debian package."""

import logging
import os
import shutil
import subprocess  # nosec B404  # without a shell
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path

from streaming.errors import DatasetUnavailable

logger = logging.getLogger(__name__)

BLOCK_BYTES = 1 << 18
# How long one read may take; and a whole file, so that a server cannot drip for ever.
READ_TIMEOUT_S = 20.0
FILE_TIMEOUT_S = 900.0


def download_file(
    url: str,
    path: Path,
    *,
    limit_bytes: int,
    read_timeout_s: float = READ_TIMEOUT_S,
    file_timeout_s: float = FILE_TIMEOUT_S,
) -> None:
    """Fetch ``url`` into ``path``, which appears whole or not at all.

    Raises:
        DatasetUnavailable: no answer in time, an HTTP error, or more than ``limit_bytes``.
    """
    if not url.startswith(("http://", "https://")):
        raise DatasetUnavailable(f"expected an http or https address, got {url}")
    logger.info("downloading %s", url)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".download-") as folder:
            part = Path(folder, path.name)
            deadline = time.monotonic() + file_timeout_s
            with (
                # The scheme was checked above.
                urllib.request.urlopen(url, timeout=read_timeout_s) as response,  # nosec B310
                part.open("wb") as file,
            ):
                received = 0
                # read1 returns what one read of the socket gave, so that the deadline is kept.
                while block := response.read1(BLOCK_BYTES):
                    received += len(block)
                    if received > limit_bytes:
                        raise DatasetUnavailable(f"{url} is larger than {limit_bytes:,} bytes")
                    if time.monotonic() > deadline:
                        raise DatasetUnavailable(f"{url} took longer than {file_timeout_s:g} s")
                    file.write(block)
                if response.length:
                    raise DatasetUnavailable(f"{url} broke off after {received:,} bytes")
            os.replace(part, path)
    except (OSError, HTTPException) as error:
        raise DatasetUnavailable(f"{url}: {error or type(error).__name__}") from error


def unpack_debian_package(
    package: str, inner: str, folder: Path, *, timeout_s: float = FILE_TIMEOUT_S
) -> None:
    """Move the files under ``inner`` of a Debian or Ubuntu package into ``folder``.

    The package is downloaded with apt and unpacked beside ``folder``; neither needs root and
    nothing is installed. Where apt knows no such package, its index may be missing (container
    images come without), and is fetched to a temporary place.

    Raises:
        DatasetUnavailable: there is no apt, or one of its commands failed; says how.
    """
    apt, unpacker = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if apt is None or unpacker is None:
        raise DatasetUnavailable("apt-get and dpkg-deb are not both on this system")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".package-") as name:
            scratch = Path(name).resolve()
            archive = _download_package(apt, package, scratch, timeout_s)
            _run([unpacker, "-x", str(archive), str(scratch / "root")], scratch, timeout_s)
            found = sorted((scratch / "root" / inner).iterdir())
            for path in found:
                os.replace(path, folder / path.name)
    except OSError as error:
        raise DatasetUnavailable(f"{package} cannot be unpacked: {error}") from error


def _download_package(apt: str, package: str, scratch: Path, timeout_s: float) -> Path:
    logger.info("downloading the package %s with apt, without root", package)
    try:
        _run([apt, "download", package], scratch, timeout_s)
    except DatasetUnavailable:
        private = [
            apt,
            f"-oDir::State::lists={scratch}/lists",
            f"-oDir::Cache={scratch}/cache",
        ]
        for part in ("lists/partial", "cache/archives/partial"):
            (scratch / part).mkdir(parents=True)
        _run([*private, "update"], scratch, timeout_s)
        _run([*private, "download", package], scratch, timeout_s)
    archives = list(scratch.glob("*.deb"))
    if len(archives) != 1:
        raise DatasetUnavailable(f"apt left {len(archives)} packages; expected one")
    return archives[0]


def _run(command: Sequence[str], folder: Path, timeout_s: float) -> None:
    try:
        subprocess.run(  # nosec B603  # commands of this module, with no word from outside
            command,
            cwd=folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=timeout_s,
        )
    except subprocess.TimeoutExpired as error:
        raise DatasetUnavailable(f"{' '.join(command)} took over {timeout_s:g} s") from error
    except subprocess.CalledProcessError as error:
        reason = " ".join(error.stderr.split())[-300:] or f"exit status {error.returncode}"
        raise DatasetUnavailable(f"{' '.join(command)} failed: {reason}") from error
