"""streaming.datasets.fashion_mnist.load_split, downloading from a publisher of its own."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from streaming.datasets.fashion_mnist import FILES, PUBLISHER_URL, Sources, load_split
from streaming.errors import DatasetUnavailable
from tests.streaming.dataset_files import make_split


@pytest.fixture(name="publisher")
def _publisher(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "published").mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "published"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(timeout=10)


def test_downloads_once_and_then_reads_its_cache(tmp_path: Path, publisher: str) -> None:
    files = make_split(tmp_path / "published")
    cache = tmp_path / "cache"
    sources = Sources(cache=cache, system=None, publisher_url=publisher, package=None)
    downloaded, _ = load_split("test", sources=sources, files=files)
    assert sorted(path.name for path in cache.iterdir()) == ["images.gz", "labels.gz"]

    offline = Sources(cache=cache, system=None, publisher_url=None, package=None)
    cached, labels = load_split("test", sources=offline, files=files)
    assert (cached == downloaded).all()
    assert labels.tolist() == [0, 1, 2, 3, 4, 5]


def test_repairs_a_broken_cache(tmp_path: Path, publisher: str) -> None:
    files = make_split(tmp_path / "published")
    make_split(tmp_path / "cache")
    (tmp_path / "cache" / "images.gz").write_bytes(b"broken")
    sources = Sources(cache=tmp_path / "cache", system=None, publisher_url=publisher, package=None)
    images, _ = load_split("test", sources=sources, files=files)
    assert len(images) == 6


def test_refuses_what_the_publisher_has_when_it_is_something_else(
    tmp_path: Path, publisher: str
) -> None:
    make_split(tmp_path / "published", count=7)
    files = make_split(tmp_path / "elsewhere", count=6)
    sources = Sources(cache=tmp_path / "cache", system=None, publisher_url=publisher, package=None)
    with pytest.raises(DatasetUnavailable, match=f"the publisher {publisher}: .*bytes unpacked"):
        load_split("test", sources=sources, files=files)


def test_takes_the_files_that_the_how_to_page_names() -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "obtain-fashion-mnist.md"
    text = page.read_text(encoding="utf-8")
    assert PUBLISHER_URL in text
    for split in FILES.values():
        for file in (split.images, split.labels):
            assert f"| `{file.name}` | `{file.sha256}` |" in text
