"""fashionsite.health.ready: whether a process can take clients, and if not, what it lacks."""

import threading
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import AsyncClient
from pytest_django import Settings

from fashionsite import health
from streaming.context import StreamContext
from streaming.datasets.pickles import DatasetReader
from tests.servers import small_dataset

pytestmark = pytest.mark.django_db(transaction=True)

READY = {
    **{"status": "ready", "database": "ok", "migrations": "ok"},
    **{"channel_layer": "ok", "dataset": "ok"},
}


@pytest.fixture(name="context")
def make_context(tmp_path: Path) -> StreamContext:
    """What a process serves."""
    dataset = DatasetReader.open(small_dataset(tmp_path / "noise.pickle", count=3))
    return StreamContext(dataset=dataset, fps=10, frames_port=6000, session_port=7000)


@pytest.fixture(name="as_just_begun", autouse=True)
def forget_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process has not looked for migrations yet."""
    monkeypatch.setattr(health, "_found_complete", threading.Event())


async def _answer(context: StreamContext, method: str = "get") -> tuple[int, dict[str, Any]]:
    client: Any = AsyncClient()
    handler = client.handler
    # As `fashionsite.asgi.with_context` puts it beside each request.
    client.handler = lambda scope: handler({**scope, "stream_context": context})
    response = await getattr(client, method)("/ready/")
    return response.status_code, response.json() if response.content else {}


def _lacks(answer: tuple[int, dict[str, Any]], **parts: str) -> bool:
    return answer == (503, {**READY, "status": "not-ready", **parts})


@pytest.mark.parametrize("access", ["local", "network"])
async def test_tells_whoever_asks(settings: Settings, context: StreamContext, access: str) -> None:
    settings.ACCESS = access
    assert await _answer(context) == (200, READY)
    # The second time without a look at each migration.
    with patch("fashionsite.health.MigrationExecutor") as executor:
        assert await _answer(context) == (200, READY)
    executor.assert_not_called()
    assert (await _answer(context, "post"))[0] == 405


async def test_is_reached_without_tls_by_a_proxy_that_looks(
    settings: Settings, context: StreamContext
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert (await _answer(context))[0] == 200


async def test_says_so_where_the_database_is_away(context: StreamContext) -> None:
    lost = OperationalError("password of bob")
    with patch("fashionsite.health.MigrationExecutor", side_effect=lost):
        answer = await _answer(context)
    assert _lacks(answer, database="unreachable", migrations="unknown")
    assert await _answer(context) == (200, READY)
    with patch("fashionsite.health.connection") as connection:
        connection.cursor.side_effect = lost
        answer = await _answer(context)
    assert _lacks(answer, database="unreachable", migrations="unknown")


async def test_says_so_where_a_migration_is_missing(context: StreamContext) -> None:
    with patch("fashionsite.health.MigrationExecutor") as executor:
        executor.return_value.migration_plan.return_value = ["one that is to come"]
        assert _lacks(await _answer(context), migrations="missing")
        # It is not taken for granted from then on.
        assert _lacks(await _answer(context), migrations="missing")


async def test_says_so_where_the_channel_layer_is_away(
    settings: Settings, context: StreamContext
) -> None:
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": ["redis://:secret@127.0.0.1:1/0"]},
        }
    }
    assert _lacks(await _answer(context), channel_layer="unreachable")


async def test_says_so_where_the_dataset_is_gone(context: StreamContext) -> None:
    context.dataset.path.unlink()
    assert _lacks(await _answer(context), dataset="missing")


async def test_a_process_that_ends_takes_nobody_new(context: StreamContext) -> None:
    context.ending.set()
    assert _lacks(await _answer(context), dataset="ending")
