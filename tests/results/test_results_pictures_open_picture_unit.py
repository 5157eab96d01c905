"""results.pictures.open_picture: files of strangers, good, odd and hostile."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from results.pictures import FORMATS, open_picture

PICTURE = Image.fromarray(np.arange(240, dtype=np.uint8).reshape(12, 20))


def _encoded(kind: str, picture: Image.Image = PICTURE, **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, format=kind, **options)
    return file.getvalue()


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def _header(width: int, height: int) -> tuple[bytes, bytes]:
    return b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)


def _claiming(side: int) -> bytes:
    """All that comes before the pixels of a picture."""
    return _png(_header(side, side), (b"IDAT", b""))


def _black(side: int) -> bytes:
    """A compressed picture, a thousandth of its size."""
    lines = zlib.compressobj(9)
    return b"".join([*(lines.compress(bytes(side + 1)) for _ in range(side)), lines.flush()])


@pytest.mark.parametrize("kind", FORMATS)
def test_opens_each_format_that_is_let_through(tmp_path: Path, kind: str) -> None:
    # The name is no part of it.
    path = tmp_path / "picture.txt"
    path.write_bytes(_encoded(kind, lossless=True) if kind == "WEBP" else _encoded(kind))
    for source in (path, path.read_bytes()):
        opened = open_picture(source, max_pixels=240)
        difference = np.asarray(opened.convert("L"), int) - np.asarray(PICTURE, int)
        assert np.abs(difference).max() <= (20 if kind == "JPEG" else 0)


@pytest.mark.parametrize("kind", ["TIFF", "ICO", "PPM", "TGA", "PCX", "EPS", "PDF", "ICNS"])
def test_opens_no_other(kind: str) -> None:
    data = _encoded(kind, PICTURE.convert("RGB"))
    with pytest.raises(
        ValueError, match="expected PNG, JPEG, WEBP, GIF or BMP, got something else"
    ):
        open_picture(data, max_pixels=10**6)


def test_opens_only_what_the_caller_takes() -> None:
    with pytest.raises(ValueError, match="expected PNG, got something else"):
        open_picture(_encoded("JPEG"), max_pixels=10**6, formats=("PNG",))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(_encoded("PNG"), "at most 239 pixels, got 20 x 12", id="one row too many"),
        pytest.param(_claiming(10**5), "Image size", id="above Pillow's own limit"),
        pytest.param(_claiming(12_000), "got 12000 x 12000", id="where Pillow warns"),
        pytest.param(_claiming(9000), "got 9000 x 9000", id="where Pillow is silent"),
        pytest.param(
            _png(_header(1, 1), _header(9000, 9000), (b"IDAT", b"")), "got 9000", id="two headers"
        ),
        pytest.param(
            _png((b"tEXt", b"a\0b"), _header(9000, 9000), (b"IDAT", b"")), "got 9000", id="late"
        ),
        pytest.param(
            b"BM" + struct.pack("<IIIIiiHHIIIIII", 54, 0, 54, 40, 30000, 30000, 1, 8, *(0,) * 6),
            "pixels",
            id="BMP",
        ),
        pytest.param(
            b"GIF89a\1\0\1\0\0\0\0," + struct.pack("<HHHHB", 0, 0, 65535, 65535, 0) + b"\2\0",
            "pixels",
            id="GIF",
        ),
    ],
)
def test_a_size_is_refused_before_a_pixel_is_decoded(data: bytes, message: str) -> None:
    # None of these has pixels: whoever began to decode would say that they are missing.
    with pytest.raises(ValueError, match=message):
        open_picture(data, max_pixels=239)


def test_a_file_that_is_too_long_is_not_looked_at() -> None:
    with pytest.raises(ValueError, match="at most 100 bytes, got 101"):
        open_picture(bytes(101), max_pixels=10, max_bytes=100)


def test_decoding_a_bomb_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(_png(_header(13_000, 13_000), (b"IDAT", _black(13_000)), (b"IEND", b"")))
    assert path.stat().st_size < 300_000
    script = """
import pathlib, resource, sys
from results.pictures import open_picture
open_picture(pathlib.Path(sys.argv[2]), max_pixels=10**9)  # the decoder itself, warmed up
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    open_picture(pathlib.Path(sys.argv[1]), max_pixels=10**6)
except ValueError:
    sys.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before))
"""
    small = tmp_path / "small.png"
    small.write_bytes(_encoded("PNG"))
    ended = subprocess.run(
        [sys.executable, "-c", script, str(path), str(small)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert int(ended.stdout) < 10_000  # kB, of 169 MB of pixels


def test_says_that_a_file_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_picture(tmp_path / "missing.png", max_pixels=10)


@given(
    st.sampled_from(FORMATS),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, 2000),
)
def test_damage_is_an_error_of_one_kind(
    kind: str, changes: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(_encoded(kind))
    for place, value in changes:
        data[place % len(data)] = value
    try:
        opened = open_picture(bytes(data[: max(1, length)]), max_pixels=10_000)
    except ValueError:
        return
    assert opened.width * opened.height <= 10_000
