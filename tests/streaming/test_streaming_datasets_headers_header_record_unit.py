"""streaming.datasets.headers.header_record."""

from dataclasses import replace
from typing import Any

import pytest

from streaming.datasets.headers import header_record
from streaming.errors import DatasetError
from tests.streaming.dataset_files import HEADER


def test_gives_the_documented_dict() -> None:
    assert header_record(HEADER, 4) == {
        "format": "fashionsite-dataset",
        "version": 1,
        "name": "shapes",
        "split": "test",
        "seed": 7,
        "count": 10,
        "height": 3,
        "width": 2,
        "channels": 1,
        "class_names": ["circle", "square", "star"],
        "labelled": True,
        "chunk_frames": 4,
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"count": 0}, r"`int` >= 1 - at `\$.count`", id="no frames"),
        pytest.param({"width": 8193}, r"<= 8192 - at `\$.width`", id="too wide"),
        pytest.param({"height": True}, r"got `bool` - at `\$.height`", id="bool as height"),
        pytest.param({"channels": 2}, r"2 - at `\$.channels`", id="two channels"),
        pytest.param({"seed": -1}, r">= 0 - at `\$.seed`", id="negative seed"),
        pytest.param({"name": ""}, r"length >= 1 - at `\$.name`", id="no name"),
        pytest.param({"class_names": ("a", "a")}, "given twice", id="a class twice"),
        pytest.param({"class_names": ("a",) * 257}, "length <= 256", id="too many classes"),
        pytest.param({"class_names": ()}, "labelled, but without", id="no classes"),
        pytest.param(
            {"height": 8192, "width": 8192}, "is larger than 33,554,432 bytes", id="too large"
        ),
    ],
)
def test_refuses_what_the_format_does_not_allow(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(DatasetError, match=f"no such dataset can be written: .*{reason}"):
        header_record(replace(HEADER, **changes), 1)
