"""Every way to run the default classifier, as a part of the benchmark."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from analysis.classifiers import DEFAULT_CLASSIFIER
from bench import inference
from bench.figures import Scale
from bench.inference import AS_LOADED, REFERENCE, measure
from tests.analysis.tiny_models import tiny_package


@pytest.fixture(autouse=True)
def keep_threads() -> Iterator[None]:
    """The measurement sets the threads of the whole process; the next test wants its own."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_has_a_row_for_each_way_and_number_of_threads(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MODELS_DIR = tmp_path
    tiny_package(tmp_path, DEFAULT_CLASSIFIER)
    monkeypatch.setattr(
        inference, "build_runners", lambda network, card, threads: {REFERENCE: network}
    )
    section = measure(Scale(rounds=1, is_quick=True))
    (table,) = section.tables
    ways = [(row["way"], row["threads"]) for row in table.rows]
    assert ways == [(way, threads) for threads in (1, 2) for way in (REFERENCE, AS_LOADED)]
    assert table.rows[0]["ratio_1"] == table.rows[0]["ratio_64"] == 1.0
    # Every column has its values.
    assert all(column.key in table.rows[0] for column in table.columns)
