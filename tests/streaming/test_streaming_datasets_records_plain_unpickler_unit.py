"""streaming.datasets.records.PlainUnpickler."""

import io
import pickle
from pathlib import PurePosixPath

import pytest

from streaming.datasets.records import PlainUnpickler
from streaming.errors import DatasetUnsafe


def test_gives_back_plain_values() -> None:
    value = {"name": "shapes", "sizes": [1, 2**60], "chunk": (b"bytes", None, True)}
    assert PlainUnpickler(io.BytesIO(pickle.dumps(value))).load() == value


@pytest.mark.parametrize("protocol", range(6))
def test_refuses_a_class_by_its_name(protocol: int) -> None:
    raw = pickle.dumps(PurePosixPath("secret"), protocol)
    with pytest.raises(DatasetUnsafe, match="asks for (pathlib.PurePosixPath|copy_?reg._recon)"):
        PlainUnpickler(io.BytesIO(raw)).load()


def test_refuses_persistent_ids() -> None:
    with pytest.raises(pickle.UnpicklingError, match="persistent"):
        PlainUnpickler(io.BytesIO(b"Pkey\n.")).load()
