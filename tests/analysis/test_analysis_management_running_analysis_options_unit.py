"""analysis.management.running.analysis_options."""

from typing import Any

import pytest

from analysis.addresses import ServerAddress
from analysis.management.running import analysis_options
from analysis.options import AnalysisOptions

NOTHING: dict[str, Any] = {"batch": None, "queue": None, "frames_server": None}
ADDRESS = ServerAddress("ws", "127.0.0.1", 1)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, AnalysisOptions(), id="nothing"),
        pytest.param({"overload": None}, AnalysisOptions(), id="no overload"),
        pytest.param(
            {"overload": "drop-oldest"}, AnalysisOptions(overload="drop-oldest"), id="overload"
        ),
        pytest.param(
            {"batch": 8, "queue": 16, "frames_server": ADDRESS},
            AnalysisOptions(batch_limit=8, queue_frames=16, frames_address=ADDRESS),
            id="sizes",
        ),
    ],
)
def test_are_the_usual_ones_but_for_what_is_given(
    given: dict[str, Any], expected: AnalysisOptions
) -> None:
    assert analysis_options(NOTHING | given) == expected
