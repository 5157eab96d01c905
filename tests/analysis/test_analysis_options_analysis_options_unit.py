"""How a session is run unless someone wants it otherwise."""

from analysis.identity import client_info
from analysis.options import AnalysisOptions


def test_loses_nothing_by_default() -> None:
    options = AnalysisOptions()
    assert options.overload == "wait"
    assert options.frames_address is None


def test_says_who_it_is_by_default() -> None:
    assert AnalysisOptions().client == client_info()
