"""streaming.datasets.downloads.unpack_debian_package, with stand-ins for apt and dpkg."""

from pathlib import Path

import pytest

from streaming.datasets.downloads import unpack_debian_package
from streaming.errors import DatasetUnavailable

DOWNLOADS = 'case "$*" in *download*) touch pictures_1.0_all.deb;; esac'
UNPACKS = 'mkdir -p "$3/usr/share/pictures"; echo new > "$3/usr/share/pictures/images.gz"'


@pytest.fixture(name="tools")
def _tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    _write_tool(folder / "apt-get", DOWNLOADS)
    _write_tool(folder / "dpkg-deb", UNPACKS)
    return folder


def _write_tool(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\necho \"$*\" >> '{path}.log'\n{script}\n")
    path.chmod(0o755)


def _unpack(folder: Path, timeout_s: float = 30.0) -> None:
    unpack_debian_package("pictures", "usr/share/pictures", folder, timeout_s=timeout_s)


def test_puts_the_files_of_the_package_into_the_folder(tmp_path: Path, tools: Path) -> None:
    folder = tmp_path / "cache" / "pictures"
    folder.mkdir(parents=True)
    (folder / "images.gz").write_text("old")
    _unpack(folder)
    assert [path.name for path in folder.iterdir()] == ["images.gz"]
    assert (folder / "images.gz").read_text() == "new\n"
    assert (tools / "apt-get.log").read_text() == "download pictures\n"


def test_fetches_an_index_of_its_own_where_apt_knows_no_such_package(
    tmp_path: Path, tools: Path
) -> None:
    _write_tool(
        tools / "apt-get",
        f'case "$1" in download) echo "E: Unable to locate" >&2; exit 100;; esac\n{DOWNLOADS}',
    )
    _unpack(tmp_path / "cache")
    assert (tmp_path / "cache" / "images.gz").exists()
    commands = (tools / "apt-get.log").read_text().splitlines()
    assert [command.split()[-1] for command in commands] == ["pictures", "update", "pictures"]
    assert f"-oDir::State::lists={tmp_path}" in commands[1]


@pytest.mark.parametrize(
    ("tool", "script", "reason"),
    [
        pytest.param("apt-get", "echo 'E: no\nnetwork' >&2; exit 100", "failed: E: no network"),
        pytest.param("apt-get", "exit 3", "failed: exit status 3"),
        pytest.param("apt-get", "true", "apt left 0 packages"),
        pytest.param("dpkg-deb", "exit 2", "dpkg-deb -x .* failed: exit status 2"),
        pytest.param("dpkg-deb", "true", "pictures cannot be unpacked"),
    ],
    ids=["no network", "no reason", "nothing came", "bad package", "other contents"],
)
def test_says_which_step_failed_and_leaves_nothing_behind(
    tmp_path: Path, tools: Path, tool: str, script: str, reason: str
) -> None:
    _write_tool(tools / tool, script)
    with pytest.raises(DatasetUnavailable, match=reason):
        _unpack(tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


def test_ends_a_tool_that_takes_too_long(tmp_path: Path, tools: Path) -> None:
    _write_tool(tools / "apt-get", "exec sleep 30")
    with pytest.raises(DatasetUnavailable, match="took over 0.1 s"):
        _unpack(tmp_path / "cache", timeout_s=0.1)


def test_says_that_there_is_no_apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DatasetUnavailable, match="apt-get and dpkg-deb are not both"):
        _unpack(tmp_path / "cache")
