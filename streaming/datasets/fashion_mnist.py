"""Fashion-MNIST: looked for on this machine, else downloaded; checked, and read.

70,000 grey pictures of 28×28 of ten kinds of clothing, by Zalando Research (Xiao, Rasul and
Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms",
2017).
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from streaming.datasets.downloads import download_file, unpack_debian_package
from streaming.datasets.idx import GZIP_OVERHEAD_BYTES, IdxFile, read_idx
from streaming.errors import DatasetError, DatasetUnavailable

logger = logging.getLogger(__name__)

Split = Literal["train", "test"]

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

PUBLISHER_URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"
DEBIAN_PACKAGE = "dataset-fashion-mnist"
SYSTEM_DIR = Path("/usr/share/datasets/fashion-mnist")


@dataclass(frozen=True)
class SplitFiles:
    """The two IDX files of one split."""

    images: IdxFile
    labels: IdxFile


FILES: Mapping[Split, SplitFiles] = {
    "train": SplitFiles(
        IdxFile(
            "train-images-idx3-ubyte",
            (60_000, 28, 28),
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ),
        IdxFile(
            "train-labels-idx1-ubyte",
            (60_000,),
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ),
    ),
    "test": SplitFiles(
        IdxFile(
            "t10k-images-idx3-ubyte",
            (10_000, 28, 28),
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ),
        IdxFile(
            "t10k-labels-idx1-ubyte",
            (10_000,),
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
}


@dataclass(frozen=True)
class Sources:
    """Where the files may come from, in the order in which the places are tried.

    Args:
        cache: the folder that whatever is downloaded is kept in.
        chosen: the folder that the user named, looked in first.
        system: the folder in which Debian's package puts the files.
        publisher_url: the address under which the publisher has them; None: no download.
        package: the Debian package to fetch without root; None: never.
    """

    cache: Path
    chosen: Path | None = None
    system: Path | None = SYSTEM_DIR
    publisher_url: str | None = PUBLISHER_URL
    package: str | None = DEBIAN_PACKAGE


def load_split(
    split: Split, *, sources: Sources, files: SplitFiles | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The pictures and labels of one split of Fashion-MNIST.

    Args:
        split: ``train`` (60,000 pictures) or ``test`` (10,000).
        sources: where to look, and where to download from.
        files: other files than Fashion-MNIST's own, for tests and look-alikes.

    Returns:
        Images (N, 28, 28) uint8, 0 is background, and labels (N,) uint8, indices of
        ``CLASS_NAMES``.

    Raises:
        DatasetUnavailable: no place has valid files; lists what was tried and what to do.
    """
    files = files or FILES[split]
    chosen = f"FASHION_MNIST_DIR={sources.chosen}"
    failures: list[str] = []
    for place, obtain in _places(sources, files):
        try:
            directory = obtain()
            images, labels = read_idx(directory, files.images), read_idx(directory, files.labels)
        except (DatasetError, OSError) as error:
            failures.append(f"{place}: {error}")
            # An empty cache is no news; broken files, or none where the user said, are.
            expected = isinstance(error, DatasetUnavailable) and place != chosen
            level = logging.DEBUG if expected else logging.WARNING
            logger.log(level, "no valid Fashion-MNIST in %s: %s", place, error)
            continue
        logger.info("Fashion-MNIST %s split: %s pictures from %s", split, len(images), directory)
        return images, labels
    tried = "".join(f"\n  - {failure}" for failure in failures)
    raise DatasetUnavailable(
        f"Fashion-MNIST ({split} split) was found nowhere. Tried, in this order:{tried}\n"
        f"Put {files.images.name}.gz and {files.labels.name}.gz in a folder and set "
        "FASHION_MNIST_DIR to it, or install the Debian or Ubuntu package "
        f"{DEBIAN_PACKAGE}; docs/how-to/obtain-fashion-mnist.md says more."
    )


def _places(sources: Sources, files: SplitFiles) -> Iterator[tuple[str, Callable[[], Path]]]:
    """Each place by its description, with what brings its files into a folder."""
    if sources.chosen is not None:
        chosen = sources.chosen
        yield f"FASHION_MNIST_DIR={chosen}", lambda: chosen
    yield f"the cache {sources.cache}", lambda: sources.cache
    if sources.system is not None:
        system = sources.system
        yield f"the system's {system}", lambda: system
    if sources.publisher_url is not None:
        url = sources.publisher_url
        yield f"the publisher {url}", lambda: _download(url, sources.cache, files)
    if sources.package is not None:
        package = sources.package
        yield f"the Debian package {package}", lambda: _unpack(package, sources.cache)


def _download(base_url: str, cache: Path, files: SplitFiles) -> Path:
    for file in (files.images, files.labels):
        download_file(
            f"{base_url.rstrip('/')}/{file.name}.gz",
            cache / f"{file.name}.gz",
            limit_bytes=file.size_bytes + GZIP_OVERHEAD_BYTES,
        )
    return cache


def _unpack(package: str, cache: Path) -> Path:
    unpack_debian_package(package, SYSTEM_DIR.relative_to("/").as_posix(), cache)
    return cache
