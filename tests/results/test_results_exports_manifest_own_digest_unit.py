"""results.exports.manifest.own_digest: the hash of a file that has its own in it."""

import hashlib
import io

import pytest

from results.errors import UnverifiableFile
from results.exports import manifest
from results.exports.manifest import UNKNOWN, own_digest, put_digest

PLACE = f'{{"file_sha256":"{UNKNOWN}"}}'.encode()


def _sealed(before: bytes, after: bytes) -> tuple[bytes, str]:
    content = before + PLACE + after
    digest = hashlib.sha256(content).hexdigest()
    return put_digest(content, digest), digest


@pytest.mark.parametrize("read_bytes", [1, 3, 50, 79, 80, 1024])
def test_its_own_digits_count_as_zeros_wherever_parts_begin(
    read_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifest, "_READ_BYTES", read_bytes)
    content, digest = _sealed(b"before " * 5, b" after")
    assert digest.encode() in content
    assert own_digest(io.BytesIO(content), digest) == digest
    assert own_digest(io.BytesIO(content.replace(b"after", b"After")), digest) != digest


@pytest.mark.parametrize(
    ("content", "claimed", "sentence"),
    [
        pytest.param(b"nothing", "a" * 64, "expected in it, found 0", id="none"),
        pytest.param(b'"file_sha256":"%b"' % (b"a" * 64) * 2, "a" * 64, "found 2", id="two"),
        pytest.param(b"nothing", "", "has no SHA-256", id="no-claim"),
        pytest.param(b"nothing", "A" * 64, "has no SHA-256", id="no-hex"),
    ],
)
def test_a_file_without_one_digest_is_refused(content: bytes, claimed: str, sentence: str) -> None:
    with pytest.raises(UnverifiableFile, match=sentence):
        own_digest(io.BytesIO(content), claimed)


def test_a_digest_has_one_place() -> None:
    with pytest.raises(ValueError, match="found 2"):
        put_digest(PLACE + PLACE, "a" * 64)
