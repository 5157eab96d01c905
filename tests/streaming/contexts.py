"""A server's context and a client's messages, for tests of what stands behind the sockets."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from streaming.bookkeeping import register_dataset
from streaming.context import StreamContext
from streaming.datasets.pickles import DatasetReader
from streaming.messages import ClassifierInfo, ClientInfo, Open
from tests.servers import CLASS_NAMES, small_dataset

BROUGHT = ClassifierInfo(name="brought", sha256="b" * 64, class_names=list(CLASS_NAMES))
CLIENT = ClientInfo(name="client", version="1")


@contextmanager
def serving_context(folder: Path, *, count: int = 30) -> Iterator[StreamContext]:
    """The context of a server of ``count`` frames, whose dataset the database knows."""
    with DatasetReader.open(small_dataset(folder / "served.pickle", count=count)) as dataset:
        register_dataset(dataset)
        yield StreamContext(dataset=dataset, fps=12.5, frames_port=6000, session_port=7000)


def asked(**fields: Any) -> Open:
    """A client's `open`, for ten frames unless said otherwise."""
    return Open(**{"classifier": BROUGHT, "client": CLIENT, "count": 10, **fields})
