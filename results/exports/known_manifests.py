"""What others know of a session that a file is of: a server, this database, models, a dataset."""

import http.client
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from results import selectors
from results.errors import UnverifiableFile
from results.exports.files import bare_manifest, check_is_over
from results.exports.manifest import Manifest, decode_manifest, file_digest
from results.exports.verification import MAX_HTML_BYTES, Verified, html_manifest
from results.pages.offline_report import offline_report

TIMEOUT_S = 300
# What a package's hash is of; see analysis.classifiers.packages.
WEIGHTS_FILES = ("model.safetensors", "model.onnx")
_HTTP = {"http": "http", "https": "https", "ws": "http", "wss": "https"}


def of_server(address: str, verified: Verified, *, token: str) -> Manifest:
    """What a server says of the session of a file.

    Args:
        address: Such as ``http://127.0.0.1:7000``; what `analyze --server` takes does as well.
        token: Shown to it; empty where none is needed.

    Raises:
        UnverifiableFile: it is no address, does not answer, or knows no such session.
    """
    split = urlsplit(address)
    if split.scheme not in _HTTP or not split.netloc:
        raise UnverifiableFile(f"--server takes an address as http://127.0.0.1:7000, got {address}")
    name = "export.manifest.json" if verified.has_rows else "export.html"
    path = f"api/sessions/{_uuid_of(verified.manifest)}/{name}"
    url = f"{_HTTP[split.scheme]}://{split.netloc}/{path}"
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    content = _fetched(urllib.request.Request(url, headers=headers))
    return decode_manifest(content if verified.has_rows else html_manifest(content))


def of_database(verified: Verified) -> Manifest:
    """What the database of this machine has of the session of a file.

    Raises:
        SessionNotFound: it has no such session.
        SessionNotOver: the session still changes, or its predictions were deleted.
    """
    session = selectors.get_session(_uuid_of(verified.manifest))
    check_is_over(session)
    if not verified.has_rows:
        return decode_manifest(html_manifest(offline_report(session)))
    return decode_manifest(b"".join(bare_manifest(session)))


def weights_differences(folder: Path, manifest: Manifest) -> list[str]:
    """A sentence where no package in the folder (or the package itself) has the weights.

    Raises:
        UnverifiableFile: there are no packages.
    """
    name, sha256 = manifest["classifier"]["name"], manifest["classifier"]["sha256"]
    patterns = [pattern for file in WEIGHTS_FILES for pattern in (file, f"*/{file}")]
    found = sorted(path for pattern in patterns for path in folder.glob(pattern))
    if not found:
        raise UnverifiableFile(f"{folder} has no model package: no {' or '.join(WEIGHTS_FILES)}")
    digests = {_digest_of(path): path for path in found}
    if sha256 in digests:
        return []
    looked_at = ", ".join(str(path.parent.name) for path in found)
    return [f"no package in {folder} has the weights of {name}, {sha256}; there are {looked_at}"]


def dataset_differences(path: Path, manifest: Manifest) -> list[str]:
    """A sentence where the file is not the dataset that was streamed."""
    found, sha256 = _digest_of(path), manifest["dataset"]["sha256"]
    if found == sha256:
        return []
    name = manifest["dataset"]["name"]
    return [f"{path} is not the dataset {name} that was streamed: {found} and not {sha256}"]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token is for the server that was named, and for no other."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Nowhere."""


def _fetched(request: urllib.request.Request) -> bytes:
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=TIMEOUT_S) as answer:
            content: bytes = answer.read(MAX_HTML_BYTES)
    except urllib.error.HTTPError as error:
        with error:
            said = error.read(500).decode(errors="replace")
        raise UnverifiableFile(f"{request.full_url} answers {error.code}: {said}") from error
    except (OSError, http.client.HTTPException) as error:
        raise UnverifiableFile(f"{request.full_url} does not answer: {error}") from error
    return content


def _uuid_of(manifest: Manifest) -> UUID:
    try:
        return UUID(manifest["session"]["uuid"])
    except ValueError as error:
        raise UnverifiableFile(f"its manifest names no session: {error}") from error


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file)
