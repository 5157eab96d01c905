"""tools.check_test_names.misnamed_tests."""

from pathlib import Path

import pytest

from tools.check_test_names import misnamed_tests


@pytest.fixture(name="root")
def make_root(tmp_path: Path) -> Path:
    """A project of one function, and one class that its tests are made of."""
    (tmp_path / "streaming").mkdir()
    (tmp_path / "streaming" / "frames.py").write_text("def encode_frames(): ...", "utf-8")
    (tmp_path / "tests" / "streaming").mkdir(parents=True)
    (tmp_path / "tests" / "faults").mkdir()
    (tmp_path / "tests" / "faults" / "proxy.py").write_text("class FaultProxy: ...", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        pytest.param("test_streaming_frames_encode_frames_unit.py", "", id="unit"),
        pytest.param("test_streaming_frames_encode_frames_integration.py", "", id="integration"),
        pytest.param("test_faults_proxy_fault_proxy_unit.py", "", id="of a part of the tests"),
        pytest.param("conftest.py", "", id="no test"),
        pytest.param(
            "test_streaming_frames_encode_frames.py",
            "the name must end in _unit.py or _integration.py",
            id="no kind",
        ),
        pytest.param(
            "test_streaming_frames_decode_frames_unit.py",
            "no module defines streaming_frames_decode_frames",
            id="no such function",
        ),
        pytest.param("test_frames_unit.py", "no module defines frames", id="no folder"),
    ],
)
def test_says_what_is_off_the_rule(root: Path, name: str, complaint: str) -> None:
    path = root / "tests" / "streaming" / name
    path.touch()
    assert misnamed_tests(root) == ([f"{path}: {complaint}"] if complaint else [])
