"""streaming.datasets.fashion_mnist.load_split."""

import logging
from pathlib import Path

import numpy as np
import pytest

from streaming.datasets import fashion_mnist
from streaming.datasets.fashion_mnist import Sources, load_split
from streaming.errors import DatasetUnavailable
from tests.streaming.dataset_files import make_split

LOGGER = "streaming.datasets.fashion_mnist"


def _sources(tmp_path: Path, chosen: Path | None = None) -> Sources:
    """Places on this machine only."""
    return Sources(
        cache=tmp_path / "cache",
        chosen=chosen,
        system=tmp_path / "system",
        publisher_url=None,
        package=None,
    )


@pytest.mark.parametrize("place", ["chosen", "cache", "system"])
def test_finds_the_files_in_each_place(tmp_path: Path, place: str) -> None:
    files = make_split(tmp_path / place)
    sources = _sources(tmp_path, chosen=tmp_path / "chosen")
    images, labels = load_split("test", sources=sources, files=files)
    assert images.shape == (6, 28, 28)
    assert images.dtype == np.uint8
    assert labels.tolist() == [0, 1, 2, 3, 4, 5]


def test_warns_that_the_folder_the_user_named_has_no_valid_files(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = make_split(tmp_path / "system")
    chosen = tmp_path / "empty"
    load_split("test", sources=_sources(tmp_path, chosen=chosen), files=files)
    warnings = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert len(warnings) == 1
    assert warnings[0].startswith(f"no valid Fashion-MNIST in FASHION_MNIST_DIR={chosen}: neither")


def test_warns_that_the_cache_is_broken_and_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = make_split(tmp_path / "system")
    make_split(tmp_path / "cache")
    (tmp_path / "cache" / "labels.gz").write_bytes(b"broken")
    images, _ = load_split("test", sources=_sources(tmp_path), files=files)
    assert len(images) == 6
    assert "no valid Fashion-MNIST in the cache" in caplog.text


def test_says_nothing_of_an_empty_cache(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    files = make_split(tmp_path / "system")
    load_split("test", sources=_sources(tmp_path), files=files)
    assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []


def test_lists_what_was_tried_and_what_to_do_when_all_fails(tmp_path: Path) -> None:
    sources = Sources(
        cache=tmp_path / "cache",
        chosen=tmp_path / "chosen",
        system=tmp_path / "system",
        publisher_url="http://127.0.0.1:9/",
        package="no-such-package-anywhere",
    )
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(DatasetUnavailable) as caught:
        load_split("test", sources=sources)
    tried = [line for line in str(caught.value).splitlines() if line.startswith("  - ")]
    assert [line[4:].partition(": ")[0] for line in tried] == [
        f"FASHION_MNIST_DIR={tmp_path}/chosen",
        f"the cache {tmp_path}/cache",
        f"the system's {tmp_path}/system",
        "the publisher http://127.0.0.1:9/",
        "the Debian package no-such-package-anywhere",
    ]
    assert "set FASHION_MNIST_DIR" in str(caught.value)
    assert "t10k-images-idx3-ubyte.gz" in str(caught.value)


def test_takes_the_package_where_the_publisher_cannot_be_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = make_split(tmp_path / "elsewhere")

    def unpack(package: str, inner: str, folder: Path) -> None:
        assert (package, inner) == ("pictures", "usr/share/datasets/fashion-mnist")
        make_split(folder)

    monkeypatch.setattr(fashion_mnist, "unpack_debian_package", unpack)
    sources = Sources(
        cache=tmp_path / "cache",
        system=None,
        publisher_url="http://127.0.0.1:9/",
        package="pictures",
    )
    images, _ = load_split("train", sources=sources, files=files)
    assert len(images) == 6
