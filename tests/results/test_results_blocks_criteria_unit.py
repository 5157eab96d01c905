"""results.blocks.Criteria: what fits, by rows and by pairs of label and class."""

from typing import Any

import numpy as np
import pytest

from results.blocks import Criteria, pack

ROWS = pack(
    np.arange(5, dtype=np.uint64),
    np.array([0, 1, 1, 2, 1]),
    [0, 1, 2, None, 1],
    np.array([0.25, 0.5, 0.75, 1.0, 0.5], dtype=np.float32),
)


@pytest.mark.parametrize(
    ("wanted", "fitting"),
    [
        pytest.param({}, [0, 1, 2, 3, 4], id="all"),
        pytest.param({"class_id": 1}, [1, 2, 4], id="class"),
        pytest.param({"class_id": 0}, [0], id="class zero"),
        pytest.param({"label": 1}, [1, 4], id="label"),
        pytest.param({"right": True}, [0, 1, 4], id="right"),
        pytest.param({"right": False}, [2], id="wrong"),
        pytest.param({"confidence_min": 0.5}, [1, 2, 3, 4], id="from, included"),
        pytest.param({"confidence_max": 0.5}, [0, 1, 4], id="to, included"),
        pytest.param({"class_id": 1, "confidence_min": 0.6}, [2], id="together"),
    ],
)
def test_rows_fit_that_fulfil_all_of_it(wanted: dict[str, Any], fitting: list[int]) -> None:
    assert np.flatnonzero(Criteria(**wanted).fitting(ROWS)).tolist() == fitting


def test_is_open_where_nothing_is_asked_for() -> None:
    assert Criteria().is_open
    assert not Criteria(class_id=0).is_open
    assert not Criteria(right=False).is_open


def test_a_pair_without_label_is_neither_right_nor_wrong() -> None:
    assert Criteria().fits_cell(None, 3)
    assert not Criteria(right=True).fits_cell(None, 3)
    assert not Criteria(right=False).fits_cell(None, 3)
    assert Criteria(right=True).fits_cell(3, 3)
    assert Criteria(right=False, label=2).fits_cell(2, 3)
