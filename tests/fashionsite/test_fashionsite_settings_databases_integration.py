"""fashionsite.settings as a process reads it from its environment."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
READ = {"bool", "str", "int", "float", "list", "path", "dj_db_url"}


def _run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    # Without what the process of the tests was given.
    kept = {name: value for name, value in os.environ.items() if name not in _variables()}
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env={**kept, "FASHIONSITE_VAR_DIR": str(folder), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _variables() -> set[str]:
    """The name of every variable that the settings read."""
    tree = ast.parse((ROOT / "fashionsite" / "settings.py").read_text("utf-8"))
    return {
        str(call.args[0].value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and (call.func.value.id, call.func.attr in READ) == ("env", True)
        and isinstance(call.args[0], ast.Constant)
    }


def test_every_variable_is_in_the_example_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    listed = re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)
    assert len(listed) == len(set(listed))
    assert set(listed) == _variables()
    assert "DATABASE_URL" in listed


def test_what_is_deployed_sets_nothing_that_is_no_setting() -> None:
    deploy = ROOT / "deploy"
    compose = yaml.safe_load((deploy / "compose.yaml").read_text("utf-8"))
    named = set(compose["services"]["server"]["environment"])
    for unit in (deploy / "systemd").iterdir():
        named |= set(re.findall(r"^Environment=([A-Z_]+)=", unit.read_text("utf-8"), re.MULTILINE))
    page = (ROOT / "docs" / "how-to" / "deploy.md").read_text("utf-8")
    named |= set(re.findall(r"^    ([A-Z_]+)=", page, re.MULTILINE))
    assert {"DATABASE_URL", "CHANNEL_REDIS_URL", "FASHIONSITE_TOKEN_FILE", "SECRET_KEY"} <= named
    assert named <= _variables()


def test_nothing_else_reads_the_environment() -> None:
    readers = [
        path.relative_to(ROOT)
        for folder in ("access", "analysis", "fashionsite", "results", "streaming", "telemetry")
        for path in (ROOT / folder).rglob("*.py")
        # Ray has some settings nowhere else, for which a default may be left there.
        if re.search(r"\b(environ(?!\.setdefault\()|getenv)\b", path.read_text("utf-8"))
    ]
    # The settings say so in their docstring.
    assert readers == [Path("fashionsite/settings.py")]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        pytest.param("DEBUG", "maybe", "DEBUG must be true or false, got 'maybe'", id="DEBUG"),
        pytest.param(
            "LOG_LEVEL",
            "LOUD",
            "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, got 'LOUD'",
            id="LOG_LEVEL",
        ),
        pytest.param(
            "DATABASE_URL",
            "nonsense",
            "DATABASE_URL must be a URL such as "
            "postgres://user:password@127.0.0.1:5432/fashionsite, got 'nonsense'",
            id="DATABASE_URL",
        ),
        pytest.param(
            "DATABASE_URL",
            "postgres://alice:s3cret@host:port/name",
            "DATABASE_URL must be a URL such as "
            "postgres://user:password@127.0.0.1:5432/fashionsite, "
            "got 'postgres://alice:***@host:port/name'",
            id="DATABASE_URL with a password",
        ),
        pytest.param(
            "CHANNEL_REDIS_URL",
            "127.0.0.1",
            "CHANNEL_REDIS_URL must be a URL such as redis://127.0.0.1:6379/0, got '127.0.0.1'",
            id="CHANNEL_REDIS_URL",
        ),
        pytest.param(
            "FASHIONSITE_VAR_DIR",
            "/dev/null/var",
            "FASHIONSITE_VAR_DIR must be a folder that can be written, got '/dev/null/var': "
            "Not a directory",
            id="FASHIONSITE_VAR_DIR",
        ),
    ],
)
def test_says_in_one_sentence_what_is_wrong(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    ended = _run(tmp_path, "check", **{name: value})
    assert ended.returncode == 1
    assert ended.stderr == f"{sentence}\n"


def test_takes_what_the_environment_says(tmp_path: Path) -> None:
    ended = _run(
        tmp_path,
        *("diffsettings", "--output=unified"),
        DEBUG="true",
        LOG_LEVEL="WARNING",
        SECRET_KEY="given",
        ALLOWED_HOSTS="a.example,b.example",
        DATABASE_URL="postgres://alice:pw@db.example:5433/name",
        CHANNEL_REDIS_URL="redis://redis.example:6379/0",
        FASHION_MNIST_DIR="/data/fashion",
        FASHIONSITE_MODELS_DIR="/data/models",
    )
    assert ended.returncode == 0, ended.stderr
    settings = dict(
        re.findall(r"^\+ ([A-Z_]+) = (.*)$", ended.stdout, re.MULTILINE),
    )
    assert settings["DEBUG"] == "True"
    assert settings["ALLOWED_HOSTS"] == "['a.example', 'b.example']"
    assert settings["FASHION_MNIST_DIR"] == f"{Path('/data/fashion')!r}"
    assert settings["MODELS_DIR"] == f"{Path('/data/models')!r}"
    assert "db.example" in settings["DATABASES"] and "sqlite" not in settings["DATABASES"]
    assert "channels_redis" in settings["CHANNEL_LAYERS"]
    assert not (tmp_path / "secret_key").exists()


def test_is_safe_and_complete_where_nothing_is_said(tmp_path: Path) -> None:
    ended = _run(tmp_path / "new", "diffsettings", "--output=unified", "--all")
    settings = dict(re.findall(r"^[+ ] ([A-Z_]+) = (.*)$", ended.stdout, re.MULTILINE))
    assert settings["DEBUG"] == "False"
    assert settings["ALLOWED_HOSTS"] == "['localhost', '127.0.0.1', '[::1]']"
    assert str(tmp_path / "new" / "db.sqlite3") in settings["DATABASES"]
    assert "InMemory" in settings["CHANNEL_LAYERS"]
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o077 == 0
