"""Sample pictures of strangers are looked at before they are kept."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from results.samples import MAX_PNG_BYTES, check_png, render_sample

GOOD = render_sample(np.zeros((28, 28), dtype=np.uint8), class_name="Bag", confidence=0.5)


def _encoded(kind: str, size_wh: tuple[int, int] = (10, 10)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size_wh).save(file, format=kind)
    return file.getvalue()


def _claiming(side: int) -> bytes:
    """A PNG whose header claims a size that its data does not have."""
    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    length, checksum = struct.pack(">I", 13), struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + length + header + checksum + GOOD[33:]


def _with_two_headers(side: int) -> bytes:
    """A picture that is huge, behind a header that claims a small one."""
    sizes = ((8, 8), (side, side))
    headers = [(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)) for size in sizes]
    chunks = [*headers, (b"IDAT", b""), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def test_passes_a_png() -> None:
    check_png(GOOD)


@pytest.mark.parametrize(
    ("png", "message"),
    [
        pytest.param(b"", "no valid PNG", id="empty"),
        pytest.param(b"GIF89a", "no valid PNG", id="text"),
        pytest.param(_encoded("GIF"), "no valid PNG", id="gif"),
        pytest.param(_encoded("JPEG"), "no valid PNG", id="jpeg"),
        pytest.param(GOOD[:-60], "no valid PNG", id="truncated"),
        pytest.param(GOOD[:40] + b"\0" * 20 + GOOD[60:], "no valid PNG", id="damaged"),
        pytest.param(
            _encoded("PNG", (1025, 1)), "at most 1024 pixels a side, got 1025 x 1", id="wide"
        ),
        pytest.param(_claiming(20_000), "Image size", id="bomb"),
        pytest.param(_claiming(10_000), "got 10000 x 10000", id="smaller-bomb"),
        pytest.param(_claiming(1000), "no valid PNG", id="other-size"),
        pytest.param(_with_two_headers(13_000), "got 13000 x 13000", id="bomb behind a small size"),
        pytest.param(_with_two_headers(60_000), "expected at most", id="larger bomb behind one"),
        pytest.param(b"\0" * (MAX_PNG_BYTES + 1), "at most 300000 bytes", id="heavy"),
    ],
)
def test_refuses_what_is_not_a_small_png(png: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_png(png)
